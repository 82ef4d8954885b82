"""税务端: what an officer does for the applicant from the case (O-04): 转为代为发起, 撤销, 更正账户 that a colleague confirms."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import for_roles
from accounts.models import Role
from refunds import actions, errors
from review.behalf import acting
from review.behalf.forms import ActForm
from review.case.views import case_page, visible


@require_POST
@for_roles(Role.REVIEWER)
def convert(request, number):
    """转为代为发起: one press; another officer reviews the new application."""
    try:
        again = actions.convert(number, by=request.user)
    except errors.RefundError as error:
        return _refused(request, number, error)
    messages.success(
        request,
        f"{number} 已结束，由您代为发起的 {again.number} 接着办理，账户和联系电话不变，须由另一位税务人员审核。",
    )
    return redirect("review:case", number=again.number)


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def withdraw(request, number):
    """撤销 for somebody who cannot sign in."""
    refund = visible(request, number)
    form = ActForm(request.POST)
    if not form.is_valid():
        return case_page(request, refund, act_form=form)
    try:
        actions.withdraw(number, by=request.user, evidence=form.cleaned_data["evidence"])
    except errors.RefundError as error:
        return case_page(request, visible(request, number), refused=error.message, act_form=form)
    messages.success(request, f"{number} 已代申请人撤销，这笔缴费可以重新申请。")
    return redirect("review:case", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def account(request, number):
    """更正账户, proposed for another officer."""
    refund = visible(request, number)
    posted = request.POST if request.method == "POST" else None
    form, act_form = acting.account_form(refund, posted), ActForm(posted)
    refused = "" if refund.can_correct_account else errors.NotCorrectable().message
    refused = refused or actions.why_not_for_her(refund, request.user)
    if refused:
        messages.warning(request, refused)
        return redirect("review:case", number=number)
    asks_mended = False
    if posted and form.is_valid() and act_form.is_valid():
        try:
            acting.propose(number, posted, evidence=act_form.cleaned_data["evidence"], by=request.user)
        except errors.RefundError as error:
            refused, asks_mended = error.message, isinstance(error, errors.AccountUnchanged)
        else:
            messages.success(request, "新账户已提出，由另一位税务人员确认后重新退付。")
            return redirect("review:case", number=number)
    status = 409 if refused else 422 if form.errors or act_form.errors else 200
    context = {"refund": refund, "form": form, "act_form": act_form, "refused": refused, "asks_mended": asks_mended}
    return render(request, "review/behalf/account.jinja", context, status=status)


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def decide(request, number):
    """确认 or 不同意 by another officer, 收回 by whoever proposed."""
    visible(request, number)
    agreed = request.POST.get("decision") == "confirm"
    try:
        acting.decide(number, agreed=agreed, by=request.user)
    except errors.RefundError as error:
        return _refused(request, number, error)
    sentence = "新账户已确认，系统会用新账户重新退付。" if agreed else "新账户没有采用，申请仍等待更正账户。"
    messages.success(request, sentence)
    return redirect("review:case", number=number)


def _refused(request, number, error):
    if isinstance(error, errors.NoSuchApplication):
        raise Http404 from error
    return case_page(request, visible(request, number), refused=error.message)
