"""税务端: the case, and the decisions (O-02, O-03)."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation.fragments import show, wants
from refunds import actions, errors, schemes
from refunds.states import RefundStatus
from refunds.way.steps import DECISIONS, steps
from review.behalf import acting
from review.behalf.forms import ActForm
from review.case import comparing, holding, members, passing, told, undoing, watching
from review.case.forms import LeaveOutForm, NoteForm, RejectForm, RemarkForm
from review.checks import noticing
from review.models import Note
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
    """通过: by the reviewer, or by the countersigner above the limit, once every warning is answered. Then the next case."""
    try:
        with transaction.atomic():
            refund, problems = _answered(request, number)
            if not problems:
                refund = _pass(request, number)
    except errors.NoSuchApplication as error:
        raise Http404 from error
    except errors.RefundError as error:
        return case_page(request, visible(request, number), refused=error.message)
    if problems:
        return case_page(request, visible(request, number), problems=problems)
    return _next(request, refund, _what_happened(refund))


def _answered(request, number):
    """The locked row, and what is in the way of passing it. What was answered is kept, also when something else is still open."""
    refund = actions.locked(number, by=request.user)
    if not passing.waits_for(refund, request.user) or actions.held_by_another(refund, by=request.user):
        return refund, {}  # the verb says why not
    found, problems = passing.store(refund, request.POST, by=request.user)
    return refund, passing.in_the_way(found) | problems


def _pass(request, number):
    if request.user.role == Role.COUNTERSIGNER:
        return actions.countersign(number, by=request.user)
    return actions.approve(number, by=request.user, seen=request.POST.get("seen"))


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
        "office__deciding_office",
        "applicant",
        "organisation",
        "reject_reason",
        "submitted_by__person",
        "taken_by__person",
        "taken_by__office",
        *scheme.read_along,
    )
    return get_object_or_404(rows, number=number)


def case_page(request, refund, *, form=None, leaving_out=None, noting=None, act_form=None, problems=None, refused=""):
    """The case with what was filled in (`form`, `leaving_out` people of a batch, `noting` for colleagues, `act_form` for the
    applicant), with what is in the way of passing it (`problems` by check), or with why nothing was done."""
    context = _context(request, refund, refused, problems or {}) | {
        "form": form or (RejectForm(scheme=refund.scheme) if request.user.role == Role.REVIEWER else RemarkForm()),
        "noting": noting or NoteForm(),
        "act_form": act_form or ActForm(),
    }
    filled = [one for one in (form, leaving_out, noting, act_form) if one is not None]
    status = 409 if refused else 422 if problems or any(one.errors for one in filled) else 200
    people = members.of(refund)
    if people is None:
        return render(request, "review/case.jinja", context, status=status)
    # The links of the list lead back to the case, also when the page answers a post.
    request.path = reverse("review:case", args=[refund.number])
    context |= members.shown(request, people)
    context |= {
        "told": told.of(refund, context["totals"], by=request.user),
        "leaving_out": leaving_out or LeaveOutForm(refund=refund),
        "ticked": set(request.POST.getlist("line")),
        "alone": wants(request, "people"),
        "seen": people.fingerprint(),
    }
    response = show(request, "review/people.jinja", "people", context, status=status)
    # What only answers a post has no address of its own.
    return response if status == 200 else push_url(response, False)


def _context(request, refund, refused, problems):
    """What is known of it, and what this officer may do."""
    user = request.user
    own, found = refund.concerns(user.person), passing.findings_of(refund)
    done = steps(refund, internal=True)
    if refund.review_status in passing.DECIDES.values():
        noticing.keep(refund, found)
    may = not own and passing.DECIDES.get(user.role) == refund.review_status
    held = holding.of(refund, user, may_decide=may)
    mine = may and (held.mine or not held.name)
    return {
        "refund": refund,
        "payments": refund.scheme.payments(refund),
        "compare": comparing.rows(refund, found),
        "findings": found,
        "problems": problems,
        "posted": request.POST,
        "kept": passing.typed(request.POST, found) if refused else [],
        "faster": next((step for step in reversed(done) if step.action in DECISIONS), None) if refused else None,
        "steps": with_disclosures(refund, done),
        "others": queues.others_of(user, refund),
        "queue_url": queues.back_url(request),
        "refused": refused,
        "own": own,
        "dispute": queues.dispute_of(user, refund),
        "undo_seconds": undoing.seconds_left(refund, by=user),
        "acting": acting.offered(refund, by=user),
        "holding": held,
        "limit": limit_of(refund),
        "may_review": mine and user.role == Role.REVIEWER,
        "may_countersign": mine and user.role == Role.COUNTERSIGNER,
        "notes": Note.objects.filter(number=refund.number).select_related("by__person").order_by("id"),
        "may_note": user.role != Role.AUDITOR,
        "watching": watching.look(user, refund.number),
        "checked_at": timezone.now(),
    }


def _next(request, refund, sentence):
    undoing.say(request, sentence, refund)
    tab = queues.tab_of(request)
    try:
        following = actions.take_next(by=request.user, tab=tab)
    except errors.RefundError as error:  # what was decided stands
        messages.warning(request, error.message)
        following = None
    return redirect("review:case", number=following.number) if following else redirect(queues.back_url(request))


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
