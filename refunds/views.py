"""One application, as its applicant sees it, whatever its scheme."""

import copy
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from accounts.own.consent import before_an_account
from foundation import returning
from foundation.fragments import go, show
from foundation.jinja2 import grouped
from foundation.paper import press
from refunds import actions, schemes
from refunds.apply_page import begin_at, field_of
from refunds.elder import asking, words
from refunds.errors import AccountUnchanged, Frozen, NotCorrectable, NotWithdrawable, RefundError
from refunds.inquiry import paper
from refunds.models import RefundApplication
from refunds.replies import TAX_SERVICE
from refunds.states import RefundStatus
from refunds.way.short import shortfalls_of, still_short
from refunds.way.stations import now, stations
from refunds.way.steps import steps

# The edge of the page's lead, by the state; everything else is on its way.
TONES = {
    RefundStatus.NOT_APPLIED: "idle",
    RefundStatus.TAX_RETURNED: "failed",
    RefundStatus.AGENCY_RETURNED: "failed",
    RefundStatus.PAYMENT_FAILED: "failed",
    RefundStatus.REFUNDED: "passed",
}


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def detail(request: SignedIn, number: str) -> HttpResponse:
    """进度 (P2-08): timeline, what is refunded, the receipt to print, and 更正账户 when the bank could not pay."""
    refund = _own(request, number)
    if refund.get_absolute_url() != request.path:
        return redirect(refund)
    if asking.is_on(request):
        return _way(request, refund)
    shortfalls = shortfalls_of(refund)
    context = {
        "crumbs": _crumbs(refund),
        "refund": refund,
        "payments": refund.scheme.payments(refund),
        "say": now(refund),
        "tone": TONES.get(refund.refund_status, "waiting"),
        "stations": stations(refund),
        "steps": steps(refund, shortfalls=shortfalls),
        "short": still_short(refund, shortfalls),
        "receipt": paper.name_of(refund),
    }
    return render(request, "refunds/detail.jinja", context)


def _way(request: SignedIn, refund: RefundApplication) -> HttpResponse:
    """The same in 长辈模式: where the money is."""
    context = {
        "refund": refund,
        "plain": words.plain(refund),
        "why": words.why_returned(refund),
        "way": words.way(refund),
        "short": still_short(refund, shortfalls_of(refund)),
        "payments": sorted(refund.payment_keys()) if refund.can_apply_again else [],
    }
    return render(request, "elder/way.jinja", context)


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def receipt(request: SignedIn, number: str) -> HttpResponse:
    """申请回执 or 退费回执, one A4 page to print."""
    refund = _own(request, number)
    context = {"refund": refund, "name": paper.name_of(refund), "paper": _paper(request, refund)}
    return render(request, "refunds/receipt.jinja", context)


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def receipt_pdf(request: SignedIn, number: str) -> HttpResponse:
    """The same as a file."""
    refund = _own(request, number)
    try:
        made = _paper(request, refund).pdf(at=timezone.now())
    except press.NotSet:
        messages.error(request, "现在生成不了 PDF。请点【打印】打印这一页，或稍后再下载。")
        return redirect("refunds:receipt", number)
    headers = {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
@before_an_account
def account(request: SignedIn, number: str) -> HttpResponse:
    """更正账户 after 退付失败: the decision stands, only the account changes."""
    refund = _own(request, number)
    if not refund.can_correct_account:
        messages.warning(request, (Frozen(refund) if refund.disputed else NotCorrectable()).message)
        return go(request, refund)
    posted = request.POST if request.method == "POST" else None
    make_form = partial(refund.scheme.account_form, refund, registered_phone=request.user.person.phone)
    form = make_form(posted)
    page = CorrectionPage(request, refund, form)
    if asking.leaves(request):
        page.form = asking.taken_over(make_form(None), request.POST)
        return asking.left(request, page.ask())
    if asking.is_on(request) and (one_question := asking.ElderCorrection(request, refund, make_form).answer()):
        return one_question
    if posted is None or page.step == "edit" or not form.is_valid():
        return page.ask()
    if page.must_be_checked:
        return page.check()
    try:
        actions.correct_account(number, by=request.user, account=form.cleaned_data, mended=page.mended)
    except AccountUnchanged as error:
        if asking.is_on(request):
            return asking.ElderCorrection(request, refund, make_form).unchanged(error.message)
        form.add_error(None, error.message)
        return page.ask(asks_mended=True)
    except RefundError as error:
        messages.error(request, error.message)
    else:
        returning.arrived(request)
        messages.success(request, "账户已更正，系统会用新账户重新退付，不用重新申请。")
    return go(request, refund)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def withdraw(request: SignedIn, number: str) -> HttpResponse:
    """撤销退费 of this one application, after a preview of what goes and what stays (P1-07, P3-20)."""
    refund = _own(request, number)
    if not refund.can_withdraw:
        messages.warning(request, NotWithdrawable(refund).message)
        return go(request, refund)
    if request.method == "POST":
        try:
            actions.withdraw(number, by=request.user)
        except RefundError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "撤销成功：退费状态为“未申请”，这笔缴费可以重新申请。")
        return go(request, refund)
    context = {"crumbs": _crumbs(refund, "撤销退费"), "refund": refund}
    if asking.is_on(request):
        return render(request, "elder/withdraw.jinja", context)
    return show(request, "refunds/withdraw.jinja", "dialog", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def reapply(request: SignedIn, number: str) -> HttpResponse:
    """按更正后的记录重新申请: what was asked for beside what the record says now, and one press for both steps."""
    refund = _own(request, number)
    if not refund.corrected or not refund.can_withdraw:
        messages.warning(request, "这笔申请的缴费记录没有待处理的更正，不用重新申请。")
        return redirect(refund)
    if request.method == "POST":
        try:
            again = actions.reapply(number, by=request.user)
        except RefundError as error:
            messages.error(request, error.message)
            return redirect(refund)
        messages.success(request, f"原申请 {number} 已撤销，已按更正后的记录重新申请，申请单号 {again.number}。")
        return redirect(again)
    why_not = refund.scheme.why_not_again(refund)
    context = {
        "crumbs": _crumbs(refund, "重新申请"),
        "refund": refund,
        "again": None if why_not else refund.scheme.restarted(refund),
        "why_not": why_not,
    }
    return render(request, "refunds/reapply.jinja", context)


def _paper(request: SignedIn, refund: RefundApplication) -> paper.Receipt:
    schemes.with_parts([refund])
    return paper.receipt(refund, origin=request.build_absolute_uri("/").rstrip("/"), at=timezone.now())


def _own(request: SignedIn, number: str) -> RefundApplication:
    scheme = schemes.of_number(number)
    if scheme is None:
        raise Http404
    refund = scheme.model.objects.visible_to(request.user).select_related(
        "office", "applicant", "organisation", "reject_reason"
    )
    found: RefundApplication | None = refund.filter(number=number).first()
    if found is None:
        raise Http404
    return found


class CorrectionPage:
    """更正账户 as one request meets it: the questions, and the check of what was answered."""

    def __init__(self, request: SignedIn, refund: RefundApplication, form: Any):
        self.request, self.refund, self.form = request, refund, form
        self.mended = request.POST.get("mended") == "on"
        self.step, _colon, self.field = request.POST.get("step", "").partition(":")

    @property
    def shown(self) -> RefundApplication:
        """The application as it would be with the account of the form."""
        shown = copy.copy(self.refund)
        shown.set_account(self.form.cleaned_data)
        return shown

    @property
    def must_be_checked(self) -> bool:
        unchanged = self.shown.account_key == self.refund.account_key and not self.mended
        return not unchanged and self.step != "confirm"

    def ask(self, *, asks_mended: bool = False) -> HttpResponse:
        status = 422 if self.form.errors else 200
        begin_at(self.form, self.field)
        return self._show("refunds/account.jinja", status, asks_mended=asks_mended or self.mended)

    def check(self) -> HttpResponse:
        number = self.form.cleaned_data.get("account_number", "")
        facts = [
            (label, grouped(number) if number and label == "银行账号" else value, field_of(self.form, label))
            for label, value in self.refund.scheme.account(self.shown)
        ]
        return self._show(
            "refunds/account_check.jinja", 200, facts_of=facts, number=number, doubts=getattr(self.form, "doubts", [])
        )

    def _show(self, template: str, status: int, **more: object) -> HttpResponse:
        context = {
            "crumbs": _crumbs(self.refund, "更正账户"),
            "refund": self.refund,
            "form": self.form,
            "mended": self.mended,
            **more,
        }
        return show(self.request, template, "dialog", context, status=status)


def _crumbs(refund: RefundApplication, last: str = "") -> list[tuple[str, str | None]]:
    above, number = TAX_SERVICE.to(f"{refund.scheme.label}退费", refund.scheme.home), f"申请单 {refund.number}"
    return above.to(number, "refunds:detail", refund.number).here(last) if last else above.here(number)
