"""医保, the resident's pages (M2-01 … M2-14; on a phone M1-01 … M1-15)."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from bankreports import register
from foundation import returning
from foundation.fragments import go, show, wants
from foundation.jinja2 import written
from foundation.paging import page_of
from medical import applications, rows, year
from medical.forms import RefundForm
from medical.models import Enrolment, MedicalRefund, Payment
from medical.scheme import MEDICAL
from refunds import applying, replies
from refunds.apply_page import MAX_PAYMENTS, ApplyPage
from refunds.machines import About
from refunds.replies import trail

# Which of her enrolments a person works on, while she is signed in.
CHOSEN = "medical_enrolment"


@require_safe
@for_roles(Role.RESIDENT)
def payments(request):
    """查询 (M2-02 … M2-06): the payments of one enrolment and year. `payment` names those that come ticked."""
    enrolments = _enrolments(request)
    enrolment = _chosen_enrolment(request, enrolments)
    asked = request.GET.get("year", "")
    years = year.offered()
    chosen_year = int(asked) if asked in map(str, years) else year.current()
    found = enrolment.payments.with_refund().order_by("-year", "-id")[:MAX_PAYMENTS] if enrolment else []
    context = {
        "crumbs": trail(MEDICAL),
        "person": request.user.person,
        "enrolments": enrolments,
        "enrolment": enrolment,
        "years": years,
        "year": chosen_year,
        "rows": rows.rows_of([payment for payment in found if payment.year == chosen_year]),
        "twins": rows.twins(found),
        "other_years": sorted({payment.year for payment in found} & set(years), reverse=True),
        "ticked": applying.ticked(request.GET, MAX_PAYMENTS),
    }
    if wants(request, "ticked"):
        return render(request, "refunds/_ticked.jinja", context)
    return show(request, "medical/payments.jinja", "payments", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def enrolments(request):
    """选择登记信息 (M2-01, M1-01): one of several enrolments, kept until the person signs out."""
    own = _enrolments(request)
    chosen = next((one for one in own if str(one.pk) == request.POST.get("enrolment", "")), None)
    if chosen:
        request.session[CHOSEN] = chosen.pk
        return go(request, "medical:list")
    context = {
        "crumbs": trail(MEDICAL, "选择登记信息"),
        "person": request.user.person,
        "enrolments": own,
        "enrolment": _chosen_enrolment(request, own),
        "unchosen": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "medical/enrolments.jinja", "dialog", context, status=status)


class MedicalApplyPage(ApplyPage[Payment, RefundForm]):  # type: ignore[type-var]  # fields come later
    """What is paid to a reported account: who has none is led to the report first (M2-08, M1-05)."""

    scheme = MEDICAL
    form_template = "medical/apply.jinja"
    check_template = "medical/check.jinja"
    done = "medical:submitted"
    asked_about = {About.ACCOUNT: ("account",), About.REASON: ("reason", "words")}

    def own(self):
        """Of the covered years."""
        own = Payment.objects.of_person(self.request.user.person_id).filter(year__in=year.offered())
        return own.select_related("office", "enrolment")

    def refusal(self, payment):
        return payment.why_void

    def told_apart(self, payment):
        return f"{written(payment.paid_on)}交，{payment.enrolment.agency_name}"

    def taken(self):
        return applications.taken(self.payments)

    def make_form(self, data):
        person = self.request.user.person
        before, phone = self.said_before(), self.phone(person)
        return self.with_words(RefundForm(data, person=person, initial=before, registered_phone=phone))

    def earlier(self):
        return applications.earlier(self.payments, by=self.request.user)

    def answers(self, refund):
        said = applications.answers(refund)
        return {name: value for name, value in said.items() if value is not None}

    def first(self):
        if self.form.accounts:
            return None
        drafted = register.drafted(register.draft_of(register.Owner.of(self.request.user)))
        context = {"crumbs": trail(MEDICAL, "提示信息"), "report_url": self._report_url(), "drafted": drafted}
        return show(self.request, "medical/no_account.jinja", "dialog", context)

    def note(self):
        begun = dict.fromkeys(one.year for one in self.payments if one.period_start <= timezone.localdate())
        years = "、".join(map(str, begun))
        return f"您选的 {years} 年度待遇享受期已经开始，能否退费由税务机关和医保部门按当地规定核定。" if years else ""

    def said(self):
        return {"report_url": self._report_url(), "person": self.request.user.person, "note": self.note()}

    def account(self):
        return self.form.cleaned_data["account"]

    def submit(self):
        said = {"reason": self.form.cleaned_data["reason"], "words": self.form.cleaned_data["words"]}
        applications.apply(self.payments, account=self.form.payee, **said, by=self.request.user, key=self.key)
        returning.arrived(self.request)

    def _report_url(self) -> str:
        """存款账户账号报告, with the way back to the list where the same payments are ticked (I-42)."""
        first = self.payments[0]
        shown = [("enrolment", first.enrolment_id), ("year", first.year)]
        query = urlencode([*shown, *(("payment", payment.pk) for payment in self.payments)])
        return f"{reverse('bankreports:report')}?{urlencode({'next': f'{MEDICAL.home_url}?{query}'})}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def apply(request):
    """申请退费 (M2-07, M1-13)."""
    return MedicalApplyPage(request).answer()


@require_safe
@for_roles(Role.RESIDENT)
def submitted(request, key):
    """The result of one press of 退费 (M1-14). The address works tomorrow too; reloading it submits nothing."""
    return replies.submitted(request, MEDICAL, key)


@require_safe
@for_roles(Role.RESIDENT)
def progress(request):
    """进度查询 (M2-14, M1-15): every application of the person, withdrawn ones too, newest first."""
    own = MedicalRefund.objects.visible_to(request.user).select_related("payment", "reason", "reject_reason")
    page = page_of(request, [own], size=10, newest_first=True)
    context = {
        "crumbs": trail(MEDICAL, "进度查询"),
        "page": page,
        "tax_opinion": rows.tax_opinion,
        "agency_answer": rows.agency_answer,
        "bank_answer": rows.bank_answer,
    }
    return show(request, "medical/progress.jinja", "progress", context)


def _enrolments(request) -> list[Enrolment]:
    return list(Enrolment.objects.filter(person_id=request.user.person_id).order_by("id")[:50])


def _chosen_enrolment(request, own) -> Enrolment | None:
    """The only one, or the one kept in the session. A window names the one it shows, so that two windows do not mix."""
    if len(own) == 1:
        return own[0]
    named = next((one for one in own if str(one.pk) == request.GET.get("enrolment")), None)
    if named:
        request.session[CHOSEN] = named.pk
    return next((one for one in own if one.pk == request.session.get(CHOSEN)), None)
