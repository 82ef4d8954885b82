"""税务端: the buttons among the people of a village batch (O-06). The list itself is part of the case."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation import keys
from foundation.fragments import go
from refunds import actions, errors
from review.case import leaving, members
from review.case.forms import LeaveOutForm, MemberReasonForm
from review.case.views import case_page, visible
from review.find import lookups


@require_POST
@for_roles(*OFFICER_ROLES)
def people_search(request, number):
    """查询 among the people of a batch; posted, so that a 证件号码 never stands in an address."""
    refund = of_batch(request, number)
    try:
        query = members.address(refund.people, request.POST, by=request.user)
    except lookups.UsedUp as error:
        messages.error(request, str(error))
        query = ""
    return redirect(f"{reverse('review:case', args=[number])}?{query}#people")


@require_POST
@for_roles(Role.REVIEWER)
def leave_out(request, number):
    """Leave the ticked people out, or all that the search matches, with a reason; 通过 then passes the rest (O-06)."""
    refund = of_batch(request, number)
    if "matching" in request.POST:
        return _leave_matching(request, refund)
    form = LeaveOutForm(request.POST, refund=refund)
    if not form.is_valid():
        return case_page(request, refund, leaving_out=form)
    lines, why = form.cleaned_data["line"], {name: form.cleaned_data[name] for name in ("reason", "remark")}
    return _mark(request, number, lines, why, f"已排除 {len(lines)} 人，通过时他们不通过，其余人员不受影响。")


@require_POST
@for_roles(Role.REVIEWER)
def take_in(request, number):
    """Take the ticked people in again, or all that the search matches."""
    refund = of_batch(request, number)
    if "matching" in request.POST:
        return _take_in_matching(request, refund)
    lines = keys.numbers_in(request.POST.getlist("line"))
    if not lines:
        messages.warning(request, "请先勾选要恢复的人员，再点击【恢复勾选的人员】。")
        return _back_to_people(request, number)
    return _mark(request, number, lines, {"reason": None}, f"已恢复 {len(lines)} 人。")


def of_batch(request, number):
    """The application, if it is a batch that exists for this officer."""
    refund = visible(request, number)
    if members.of(refund) is None:
        raise Http404
    return refund


def _leave_matching(request, refund):
    form = MemberReasonForm(request.POST, refund=refund)
    if not form.is_valid():
        return case_page(request, refund, leaving_out=form)
    try:
        left = leaving.matching(refund.number, **_matched(request), **form.cleaned_data)
    except (leaving.Changed, errors.NotAllowed) as error:
        form.add_error(None, error.message)
        return case_page(request, refund, leaving_out=form)
    except errors.RefundError as error:
        return _refused(request, refund.number, error)
    messages.success(request, f"已排除全部符合条件的 {left:,} 人，通过时他们不通过，其余人员不受影响。")
    return _back_to_people(request, refund.number)


def _take_in_matching(request, refund):
    try:
        taken = leaving.matching(refund.number, **_matched(request), reason=None)
    except leaving.Changed as error:
        messages.error(request, error.message)
        return _back_to_people(request, refund.number)
    except errors.RefundError as error:
        return _refused(request, refund.number, error)
    messages.success(request, f"已恢复全部符合条件的 {taken:,} 人。")
    return _back_to_people(request, refund.number)


def _matched(request):
    """The search of the page that was pressed on, and how many it said there."""
    shown = keys.numbers_in([request.POST["matching"]])
    return {"by": request.user, "search": members.searched(request.GET), "shown": shown[0] if shown else 0}


def _mark(request, number, lines, why, sentence):
    try:
        actions.leave_out(number, by=request.user, lines=lines, **why)
    except errors.RefundError as error:
        return _refused(request, number, error)
    messages.success(request, sentence)
    return _back_to_people(request, number)


def _refused(request, number, error):
    messages.error(request, error.message)
    return go(request, "review:case", number=number)


def _back_to_people(request, number):
    """To the same page of the same search."""
    return redirect(f"{reverse('review:case', args=[number])}?{request.GET.urlencode()}#people")
