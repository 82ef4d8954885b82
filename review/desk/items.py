"""移交异常: what the portal and an agency could not settle between themselves, and what a person does about it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation.paging import page_of
from handoff import desk, outbox, proposals, settling
from handoff.models import Proposal, WorkItem, WorkItemKind
from handoff.store import of_dispute
from refunds import errors, schemes
from review.desk import refusals, sides
from review.desk.forms import ItemForm, ReturnedForm
from review.desk.remedies import Desk
from review.queue import queues

PAGE_SIZE = 50
SEGMENTS = (("", "待处理"), ("confirm", "等复核"))
deciding = for_roles(Role.REVIEWER, Role.COUNTERSIGNER)


@require_safe
@for_roles(*OFFICER_ROLES)
def items(request):
    """All of one's own office, the longest wait first."""
    chosen = "confirm" if request.GET.get("segment") == "confirm" else ""
    page = page_of(request, [queues.listed_items(request.user, chosen)], size=PAGE_SIZE, keys=("opened_at", "id"))
    context = {"chosen": chosen, "page": page, "refused_lately": refusals.lately(request.user)}
    context |= _listed(request.user, chosen, page.rows)
    return render(request, "review/items.jinja", context)


@require_safe
@for_roles(*OFFICER_ROLES)
def item(request, pk):
    """One of them: both sides, every message, and the verbs."""
    return item_page(request, visible(request, pk))


@require_POST
@deciding
def ask(request, pk):
    """向对方核实: asks, and repairs what the answer settles."""
    return _act(request, pk, lambda one: settling.ask(one, by=request.user))


@require_POST
@deciding
def send_again(request, pk):
    """重新发送: a held instruction once more, unchanged."""

    def deed(one):
        outbox.send_again(one, by=request.user)
        return f"{one.instruction_id} 已重新进入移交队列。"

    return _act(request, pk, deed)


@require_POST
@deciding
def send_all_again(request, pk):
    """全部重新发送: all that this agency did not take and that this officer sees."""

    def deed(one):
        held = _held_like(request.user, one)[: queues.MANY]
        return f"{outbox.send_all_again(held, by=request.user)} 件已重新进入移交队列。"

    return _act(request, pk, deed)


@require_POST
@deciding
def stop(request, pk):
    """请求停付, once a second officer has confirmed."""
    return _propose(request, pk, Proposal.STOP)


@require_POST
@deciding
def recall(request, pk):
    """撤回移交, once a second officer has confirmed."""
    return _propose(request, pk, Proposal.RECALL)


@require_POST
@deciding
def confirm(request, pk):
    """确认, by the second officer."""
    return _act(request, pk, lambda one: desk.confirm(one, by=request.user, seen=request.POST.get("seen", "")))


@require_POST
@deciding
def decline(request, pk):
    """不同意, by the second officer."""

    def deed(one):
        desk.decline(one, by=request.user)
        return "已记为不同意，这条异常回到待处理。"

    return _act(request, pk, deed)


@require_POST
@deciding
def take_back(request, pk):
    """收回处理意见, by whoever gave it."""

    def deed(one):
        desk.withdraw_proposal(one, by=request.user)
        return "处理意见已收回，这条异常回到待处理。"

    return _act(request, pk, deed)


@require_POST
@deciding
def returned(request, pk):
    """登记退回金额 of a 多付; closed once all of it is back."""

    def deed(one, amount, note):
        desk.enter_returned(one, amount, by=request.user, note=note)
        return f"已登记退回 {amount:,.2f} 元。"

    return _fill_in(request, pk, ReturnedForm(request.POST), deed)


@require_POST
@deciding
def elsewhere(request, pk):
    """已线下处理, with a reason."""

    def deed(one, note):
        desk.settle_elsewhere(one, by=request.user, note=note)
        return "这条异常已了结，原因已记下。"

    return _fill_in(request, pk, ItemForm(request.POST), deed)


def _propose(request, pk, proposal):
    def deed(one):
        desk.propose(one, proposal, by=request.user)
        return f"已提出“{proposal.label}”，请另一位税务人员复核确认。"

    return _act(request, pk, deed)


def _fill_in(request, pk, form, deed):
    one = visible(request, pk)
    if not form.is_valid():
        return item_page(request, one, form=form)
    return _act(request, pk, lambda locked: deed(locked, **form.cleaned_data), form=form)


def _act(request, pk, deed, form=None):
    """Do it and say so; or the item as it is now, with why it was not done and what was typed."""
    one = visible(request, pk)
    try:
        sentence = deed(one)
    except errors.RefundError as error:
        return item_page(request, visible(request, pk), form=form, refused=error.message)
    messages.success(request, sentence)
    is_open = WorkItem.objects.filter(pk=pk, closed_at=None).exists()
    return redirect("review:item", pk=pk) if is_open else redirect("review:items")


def item_page(request, one, *, form=None, refused=""):
    """The item with what was filled in, or with why nothing was done."""
    refund = _refunds_of(request.user, [one]).get(one.number)
    frozen_with = queues.frozen_with(request.user, one.number)
    refunds = {other.number: other for other in (refund, *frozen_with) if other}
    handoffs = of_dispute(one.number) if one.number else []
    inquiries, callbacks = sides.inquiries_of(handoffs), sides.callbacks_of(one, handoffs)
    bench = Desk(one, refund, handoffs, others_held=_count_held(request.user, one), bound=form)
    segment = "confirm" if one.proposal else ""
    first = queues.listed_items(request.user, segment).order_by("opened_at", "id")[:PAGE_SIZE]
    context = _listed(request.user, segment, list(first)) | {
        "item": one,
        "refund": refund,
        "age": sides.age(one.opened_at, one.closed_at),
        "agency": sides.agency_title(one.agency),
        "sides": sides.sides(refunds, handoffs, inquiries, callbacks),
        "said": sides.messages_of(handoffs, callbacks),
        "inquiries": inquiries,
        "not_taken": refusals.beside(request.user, one, handoffs),
        "attempt_words": sides.attempt_words_among(handoffs),
        "frozen_with": frozen_with,
        "others": queues.OTHERS,
        "verbs": _verbs(request.user, bench),
        "may_act": request.user.role != Role.AUDITOR,
        "own": bool(refund and refund.concerns(request.user.person)),
        "shown_as": proposals.shown_as(one),
        "proposed_by_me": proposals.is_of(one, request.user),
        "refused": refused,
        "form": form,
    }
    status = 409 if refused else 422 if form is not None and form.errors else 200
    return render(request, "review/item.jinja", context, status=status)


def _listed(user, chosen, found):
    """What waits in that segment: on the page of all, and the first of it beside the one that is open."""
    refunds = _refunds_of(user, found)
    return {
        "rows": [(item, refunds.get(item.number), sides.age(item.opened_at)) for item in found],
        "segments": [
            (f"{label} {queues.shown(queues.waiting_items(user, code))}", _segment_url(code), code == chosen)
            for code, label in SEGMENTS
        ],
        "agency_title": sides.agency_title,
    }


def _verbs(user, bench):
    if user.role == Role.AUDITOR or bench.item.closed_at or (bench.refund and bench.refund.concerns(user.person)):
        return []
    return bench.proposal_verbs(user) if bench.item.proposal else bench.verbs()


def visible(request, pk):
    """The item, open or closed, if it exists for this officer."""
    rows = queues.items_seen(request.user).select_related("office", "proposed_by__person", "closed_by__person")
    return get_object_or_404(rows, pk=pk)


def _refunds_of(user, rows) -> dict:
    """The applications that items are about, by number; one query per scheme."""
    numbers = [row.number for row in rows if row.number]
    return {
        refund.number: refund
        for scheme in schemes.every()
        for refund in scheme.model.objects.visible_to(user)
        .filter(number__in=numbers)
        .select_related("applicant", "organisation", "office", "submitted_by")
    }


def _held_like(user, one):
    """The items of what the same agency did not take either."""
    return queues.work_items(user).filter(agency=one.agency, kind=WorkItemKind.HELD, proposal="").order_by("id")


def _count_held(user, one) -> int:
    if one.kind not in (WorkItemKind.HELD, WorkItemKind.AGENCY_DOWN) or one.closed_at:
        return 0
    return _held_like(user, one)[: queues.MANY].count()


def _segment_url(code):
    return f"{reverse('review:items')}?segment={code}" if code else reverse("review:items")
