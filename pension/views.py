"""养老, the resident's pages (P2-01 … P2-11)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from accounts.own.consent import before_an_account
from foundation import keys
from foundation.fragments import go, show, wants
from foundation.jinja2 import written
from foundation.paging import page_of
from pension import applications
from pension.forms import PayeeAccountForm
from pension.models import ArrivalStatus, Payment, PensionRefund
from pension.rows import STATUS_FILTER, Row, rows_of, twins
from pension.scheme import PENSION
from refunds import applying, replies
from refunds.apply_page import MAX_PAYMENTS, ApplyPage
from refunds.errors import RefundError
from refunds.machines import About
from refunds.replies import trail


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def payments(request):
    """查询 (P2-01 … P2-04): payments that did not arrive, with their refund; arrived ones below with the reason."""
    if request.user.is_clerk:  # one menu, and the role decides which page opens (I-20)
        return redirect("pension:village")
    year, status = request.GET.get("year", ""), request.GET.get("status", "")
    own = Payment.objects.of_person(request.user.person_id)
    found = own.with_refund().select_related("office").order_by("-year", "-id")
    if len(year) == 4 and keys.is_number(year):
        found = found.filter(year=year)
    found = list(found[:MAX_PAYMENTS])
    rows = _rows(found)
    context = {
        "crumbs": trail(PENSION),
        "person": request.user.person,
        "years": list(own.order_by("-year").values_list("year", flat=True).distinct()),
        "statuses": list(STATUS_FILTER),
        "year": year,
        "status": status,
        "ticked": applying.ticked(request.GET, MAX_PAYMENTS),
        "rows": [
            row
            for row in rows
            if (row.payment.is_applicable or row.refund)
            and (status not in STATUS_FILTER or row.status in STATUS_FILTER[status])
        ],
        "twins": twins(found),
        "arrived": [
            row.payment
            for row in rows
            if row.payment.stands and row.payment.arrival_status == ArrivalStatus.ARRIVED and not row.refund
        ],
    }
    if wants(request, "ticked"):
        return render(request, "refunds/_ticked.jinja", context)
    return show(request, "pension/payments.jinja", "payments", context)


class PensionApplyPage(ApplyPage[Payment, PayeeAccountForm]):  # type: ignore[type-var]  # fields come later
    """What is paid to a person's own account, of payments that did not arrive (P1-11)."""

    scheme = PENSION
    form_template = "pension/apply.jinja"
    check_template = "pension/check.jinja"
    done = "pension:submitted"
    asked_about = {About.ACCOUNT: ("account_type", "account_number", "bank")}
    nothing_ticked = "请先勾选要退费的缴费记录，再点击【申请退费】。"

    def own(self):
        return _own(self.request)

    def refusal(self, payment):
        return "" if payment.is_applicable else applications.why_not(payment)

    def told_apart(self, payment):
        return f"{written(payment.paid_on)}交，{payment.channel}"

    def taken(self):
        return applications.taken(self.payments)

    def make_form(self, data):
        person = self.request.user.person
        kept = self.before.account_number if self.before and "account_number" not in self.anew else None
        said, phone = self.said_before(), self.phone(person)
        form = PayeeAccountForm(data, payee_name=person.name, kept_number=kept, registered_phone=phone, initial=said)
        return self.with_words(form)

    def earlier(self):
        return applications.earlier(self.payments, by=self.request.user)

    def answers(self, refund):
        return applications.answers(refund)

    def said(self):
        return {"doubts": [] if self.step == "edit" else self.form.doubts}

    def submit(self):
        account = self.form.cleaned_data
        applications.apply(self.payments, account=account, by=self.request.user, key=self.key)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
@before_an_account
def apply(request):
    """申请退费 (P2-05, P2-06)."""
    return PensionApplyPage(request).answer()


@require_safe
@for_roles(Role.RESIDENT)
def submitted(request, key):
    """The result of one press of 提交. The address works tomorrow too; reloading it submits nothing."""
    return replies.submitted(request, PENSION, key)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def withdraw(request):
    """撤销退费 (P2-07): a preview says what goes, then all of it goes or nothing does."""
    data = request.POST or request.GET
    # What the village applied for is the village's to withdraw, and its number and amount are not shown here.
    live = [row for row in _rows(_chosen(request, data)) if row.is_own]
    if not live:
        return replies.say(request, PENSION, "请先勾选已申请的记录，再点击【撤销退费】。")
    refunds = [row.refund for row in live if row.refund]
    blocked = [refund for refund in refunds if not refund.can_withdraw]
    if request.method == "POST" and not blocked:
        try:
            applying.withdraw_all([refund.number for refund in refunds if refund.number], by=request.user)
        except RefundError as error:
            return replies.say(request, PENSION, error.message)
        messages.success(request, f"撤销成功：{len(live)} 笔退费申请已撤销，退费状态为“未申请”，可以重新申请。")
        return go(request, "pension:list")
    context = {
        "crumbs": trail(PENSION, "撤销退费"),
        "rows": live,
        "blocked": blocked,
        "total": sum(refund.amount for refund in refunds),
    }
    status = 409 if request.method == "POST" else 200
    return show(request, "pension/withdraw.jinja", "dialog", context, status=status)


@require_safe
@for_roles(Role.RESIDENT)
def progress(request):
    """进度查询 (P2-08): every application of the person, withdrawn ones too, newest first."""
    page = page_of(request, [PensionRefund.objects.visible_to(request.user)], size=10, newest_first=True)
    context = {"crumbs": trail(PENSION, "进度查询"), "page": page}
    return show(request, "pension/progress.jinja", "progress", context)


def _own(request):
    return Payment.objects.of_person(request.user.person_id).with_refund().select_related("office")


def _chosen(request, data) -> list[Payment]:
    """The ticked payments that are this person's own; anything else in the request does not exist."""
    return list(_own(request).filter(pk__in=applying.ticked(data, MAX_PAYMENTS)).order_by("-year", "-id"))


def _rows(payments) -> list[Row]:
    refunds = PensionRefund.objects.select_related("office").in_bulk([p.refund_id for p in payments if p.refund_id])
    return rows_of(payments, refunds)
