"""税务端: the case, and the decisions (O-02, O-03)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation.fragments import show, wants
from refunds import actions, errors, schemes
from refunds.states import RefundStatus, ReviewStatus
from refunds.timeline import steps
from review.behalf import acting
from review.behalf.forms import ActForm
from review.case import holding, members, undoing
from review.case.checks import checks
from review.case.forms import LeaveOutForm, RejectForm, RemarkForm
from review.queue import queues
from review.queue.rows import limit_of
from review.reveal.disclosures import with_disclosures


@require_safe
@for_roles(*OFFICER_ROLES)
def case(request, number):
    """One application with everything a decision needs."""
    return case_page(request, visible(request, number))


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def approve(request, number):
    """通过: by the reviewer, or by the countersigner above the limit. Then the next case."""
    try:
        if request.user.role == Role.COUNTERSIGNER:
            refund = actions.countersign(number, by=request.user)
        else:
            refund = actions.approve(number, by=request.user, seen=request.POST.get("seen"))
    except errors.NoSuchApplication as error:
        raise Http404 from error
    except errors.RefundError as error:
        return case_page(request, visible(request, number), refused=error.message)
    return _next(request, refund, _what_happened(refund))


@require_POST
@for_roles(Role.REVIEWER)
def reject(request, number):
    """不通过 with a reason; nothing is sent (O-03). Then the next case."""
    refund = visible(request, number)
    form = RejectForm(request.POST, scheme=refund.scheme)
    if not form.is_valid():
        return case_page(request, refund, form=form)
    try:
        refund = actions.reject(number, by=request.user, **form.cleaned_data)
    except errors.RefundError as error:
        return case_page(request, visible(request, number), form=form, refused=error.message)
    return _next(request, refund, f"{number} 审核不通过，退费状态已更新为“税务退回”，不会向社保部门发起退费。")


@require_POST
@for_roles(Role.COUNTERSIGNER)
def send_back(request, number):
    """退回初审, with a remark."""
    refund = visible(request, number)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return case_page(request, refund, form=form)
    try:
        refund = actions.send_back(number, by=request.user, **form.cleaned_data)
    except errors.RefundError as error:
        return case_page(request, visible(request, number), form=form, refused=error.message)
    return _next(request, refund, f"{number} 已退回初审。")


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def undo(request, number):
    """收回决定, by whoever decided, as long as nothing has left."""
    try:
        refund = actions.undo(number, by=request.user)
    except errors.NoSuchApplication as error:
        raise Http404 from error
    except errors.RefundError as error:
        return case_page(request, visible(request, number), refused=error.message)
    messages.success(request, f"决定已收回，{number} 回到“{refund.internal_review_label}”，没有发给对方。")
    return redirect("review:case", number=number)


def visible(request, number):
    """The application, if it exists for this officer."""
    scheme = schemes.of_number(number)
    if scheme is None:
        raise Http404
    rows = scheme.model.objects.visible_to(request.user).select_related(
        "office",
        "applicant",
        "organisation",
        "reject_reason",
        "submitted_by__person",
        "taken_by__person",
        "taken_by__office",
    )
    return get_object_or_404(rows, number=number)


def case_page(request, refund, *, form=None, leaving_out=None, act_form=None, refused=""):
    """The case with what was filled in (`form`, `act_form` for the applicant, or `leaving_out` people of a batch), or with why
    nothing was done."""
    user = request.user
    own = refund.concerns(user.person)
    may_review = user.role == Role.REVIEWER and refund.review_status == ReviewStatus.PENDING and not own
    may_countersign = user.role == Role.COUNTERSIGNER and refund.review_status == ReviewStatus.COUNTERSIGN and not own
    held = holding.of(refund, user, may_decide=may_review or may_countersign)
    others = bool(held.name) and not held.mine
    context = {
        "refund": refund,
        "payments": refund.scheme.payments(refund),
        "checks": checks(refund),
        "steps": with_disclosures(refund, steps(refund, internal=True)),
        "others": queues.others_of(user, refund),
        "queue_url": queues.back_url(request),
        "refused": refused,
        "own": own,
        "acting": acting.offered(refund, by=user),
        "act_form": act_form or ActForm(),
        "dispute": queues.dispute_of(user, refund),
        "undo_seconds": undoing.seconds_left(refund, by=user),
        "holding": held,
        "limit": limit_of(refund),
        "may_review": may_review and not others,
        "may_countersign": may_countersign and not others,
        "form": form or (RejectForm(scheme=refund.scheme) if user.role == Role.REVIEWER else RemarkForm()),
    }
    refilled = leaving_out or act_form or form
    status = 409 if refused else 422 if refilled is not None and refilled.errors else 200
    people = members.of(refund)
    if people is None:
        return render(request, "review/case.jinja", context, status=status)
    # The links of the list lead back to the case, also when the page answers a post.
    request.path = reverse("review:case", args=[refund.number])
    context |= members.shown(request, people) | {
        "leaving_out": leaving_out or LeaveOutForm(scheme=refund.scheme),
        "ticked": set(request.POST.getlist("line")),
        "alone": wants(request, "people"),
        "seen": people.fingerprint(),
    }
    response = show(request, "review/people.jinja", "people", context, status=status)
    # What only answers a post has no address of its own.
    return response if status == 200 else push_url(response, False)


def _next(request, refund, sentence):
    undoing.say(request, sentence, refund)
    tab = queues.tab_of(request)
    if following := actions.take_next(by=request.user, tab=tab):
        return redirect("review:case", number=following.number)
    return redirect(queues.back_url(request))


def _what_happened(refund) -> str:
    left_out = refund.people.apart().get("left_out")
    if refund.refund_status == RefundStatus.APPROVED and left_out:
        return (
            f"{refund.number} 部分通过：通过 {refund.people.count:,} 人 {refund.amount:,.2f} 元，不通过 {left_out:,} 人，"
            f"已自动向{refund.scheme.agency_title}发起退费申请。"
        )
    if refund.refund_status == RefundStatus.APPROVED:
        return f"{refund.number} 审核通过，已自动向{refund.scheme.agency_title}发起退费申请。"
    return f"{refund.number} 初审通过，金额超过复核限额，已转复核人。"
