"""移交异常 is a desk: what a person may do about what the machines could not settle (design.md section 4).

What cannot be taken back, one officer proposes and another confirms. Two officers, one item: one of them wins.
"""

from decimal import Decimal

from django.db import transaction

from accounts.models import User
from handoff import disputes, proposals
from handoff.following import LINES
from handoff.items import UNTIL_TAKEN, close_settled
from handoff.models import Delivery, DeliveryStatus, Event, Inquiry, Proposal, WorkItem, WorkItemKind
from handoff.settling import MAY_BE_PAID, letters, newest_answers, plan, settle, write_down
from handoff.store import known, of_application, of_dispute
from handoff.story import Contradiction
from handoff.wire import questions
from refunds import actions
from refunds.errors import NotAllowed
from refunds.models import RefundApplication
from refunds.states import RefundStatus

# 请求停付, 撤回移交, and whatever else needs a second officer ------------------------------------------------------------------


@transaction.atomic
def propose(item: WorkItem, proposal: Proposal, *, by: User) -> None:
    """Ask for what a second officer has to confirm. Raises NotAllowed when it cannot be done at all."""
    refund, locked_item = proposals.locked(item.pk, by=by)
    if proposal == Proposal.RECALL:
        recallable(refund, list(of_application(locked_item.number)))
    if proposal == Proposal.STOP:
        stoppable(of_dispute(locked_item.number))
    proposals.put(locked_item, proposal, by=by)


@transaction.atomic
def decline(item: WorkItem, *, by: User) -> None:
    """不同意: the item is as it was."""
    _refund, locked_item = proposals.locked_proposal(item.pk, by=by)
    proposals.take_away(locked_item)


@transaction.atomic
def withdraw_proposal(item: WorkItem, *, by: User) -> None:
    """收回处理意见, by whoever proposed: the item is as it was."""
    proposals.take_away(proposals.own_proposal(item.pk, by=by))


def confirm(item: WorkItem, *, by: User, seen: str | None = None) -> str:
    """确认, by another officer: do what was proposed. A sentence for her. `seen` says which proposal her page has shown
    (`proposals.shown_as`); whoever proposed may have put another in its place since."""
    with transaction.atomic():
        refund, locked_item = proposals.locked_proposal(item.pk, by=by)
        if seen not in (None, proposals.shown_as(locked_item)):
            raise NotAllowed(proposals.REPLACED)
        match locked_item.proposal:
            case Proposal.SETTLE:
                return _confirm_settling(refund, locked_item, by=by)
            case Proposal.RECALL:
                return _recall(refund, locked_item, by=by)
            case Proposal.LETTER:
                return letters.confirm(refund, locked_item, by=by)
        delivery = stoppable(of_dispute(locked_item.number))
        delivery.stop_asked = True
        delivery.save(update_fields=["stop_asked"])
    return _stop(item, delivery, by=by)


def _confirm_settling(refund: RefundApplication, item: WorkItem, *, by: User) -> str:
    try:
        found = plan(refund)
    except Contradiction as error:
        raise NotAllowed(f"现在不能按核实结果更正：{error.sentence}。") from error
    settle(item, found, by=by)
    return "已复核确认，并已按对方的答复更正。"


def _recall(refund: RefundApplication, item: WorkItem, *, by: User) -> str:
    for delivery in recallable(refund, list(of_application(item.number))):
        if delivery.status not in (DeliveryStatus.BOUNCED, DeliveryStatus.CANCELLED):
            delivery.cancel()
            delivery.save()
    actions.stop(refund, by=by, why=actions.RECALLED)
    close_settled(UNTIL_TAKEN, refund.instruction_id, agency=item.agency, note="移交已撤回")
    proposals.close(item, by=by, note="撤回移交")
    return "移交已撤回：退费状态已更新为“税务退回”，已告知申请人可以重新申请。"


def recallable(refund: RefundApplication, handoffs: list[Delivery]) -> list[Delivery]:
    """Of all its handoffs those of the current attempt, when the agency certainly has none of them: never sent, or refused by
    it. Raises NotAllowed."""
    current = [one for one in handoffs if one.attempt == refund.attempt]
    certain = [one for one in current if one.is_certainly_not_there]
    if refund.refund_status == RefundStatus.PAYMENT_FAILED and refund.corrected:
        certain = current  # the bank gave it back, and to send it again would pay what is not owed any more
    elif refund.refund_status != RefundStatus.APPROVED:
        certain = []
    if refund.disputed or not current or certain != current:
        raise NotAllowed(
            "对方可能已收到这笔移交，不能撤回。请先向对方核实，或请求停付；对方只有书面答复的，登记书面答复。"
        )
    return certain


def stoppable(handoffs: list[Delivery]) -> Delivery:
    """Of all handoffs that an item is about the newest that the agency may still pay; first what it does not know any more, for
    nothing is lost with it. Raises NotAllowed."""
    answers = newest_answers(handoffs)
    may_be_paid = [one for one in handoffs if one.is_sent and _may_be_paid(one, answers.get(one.instruction_id))]
    if not may_be_paid:
        raise NotAllowed("这笔退费现在没有可以停付的移交。")
    return next((one for one in may_be_paid if _is_unknown(answers.get(one.instruction_id))), may_be_paid[-1])


def _is_unknown(answer: Inquiry | None) -> bool:
    return answer is not None and answer.state == "unknown"


def _may_be_paid(delivery: Delivery, answer: Inquiry | None) -> bool:
    """By the agency's newest answer while its messages contradict each other; by our books otherwise."""
    if delivery.frozen and answer is not None and answer.state:
        return answer.state in MAY_BE_PAID
    return delivery.status in TO_STOP or bool(delivery.frozen and delivery.status == DeliveryStatus.BOUNCED)


TO_STOP = (
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.WAITING,
    DeliveryStatus.HELD,
    DeliveryStatus.ACKNOWLEDGED,
    DeliveryStatus.ACCEPTED,
)


def _stop(item: WorkItem, delivery: Delivery, *, by: User) -> str:
    reply = questions.cancel(delivery.agency, delivery.instruction_id)
    answer = write_down(delivery, reply, by=by)  # whatever becomes of the item meanwhile
    with transaction.atomic():
        # What it answers counts, also where the item has closed itself or somebody else was faster meanwhile.
        refund = actions.locked(item.number)
        locked_item = WorkItem.objects.select_for_update().get(pk=item.pk)
        proposals.take_away(locked_item)
        if reply.state != Event.CANCELLED:
            if reply.state:  # what it cancels from now on, it cancels of its own accord
                known().filter(pk=delivery.pk).update(stop_asked=False)
            words = f"对方没有停付：{reply.text}"
            return f"{words}。请向对方核实后再处理。"
        delivery = known().select_for_update().get(pk=delivery.pk)
        if delivery.frozen or delivery.number != refund.number:
            return f"对方已答复停付 {delivery.instruction_id}，请再向对方核实一次，按答复处理。"
        if delivery.status == DeliveryStatus.CANCELLED:
            return "对方已停付。"
        if delivery.status not in TO_STOP:
            disputes.freeze(refund, delivery, f"对方先回传“{delivery.get_status_display()}”，又答复已停付")
            return "对方的答复与刚收到的结果矛盾，已暂停办理，请向对方核实。"
        _stopped(refund, delivery, by=by)
        answer.settled = True  # what was said before it and comes later says nothing new
        answer.save(update_fields=["settled"])
        if not locked_item.closed_at:
            proposals.close(locked_item, by=by, note="对方已停付")
    return "对方已停付：退费状态已更新为“税务退回”，已告知申请人可以重新申请。"


def _stopped(refund: RefundApplication, delivery: Delivery, *, by: User) -> None:
    delivery.cancel()
    delivery.save()
    # As `following` does when the agency's own message comes first.
    refund.people.settle(LINES[Event.CANCELLED], {}, among=list(delivery.tickets))
    actions.stop(refund, by=by, why=actions.STOPPED)
    close_settled(UNTIL_TAKEN, delivery.instruction_id, agency=delivery.agency, note="对方已停付")


# 多付, 已线下处理 -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def enter_returned(item: WorkItem, amount: Decimal, *, by: User, note: str) -> None:
    """登记退回金额: the item is closed once all of it is back. Raises NotAllowed for more than is due."""
    _refund, locked_item = proposals.locked(item.pk, by=by)
    due = locked_item.amount_due or Decimal()
    back = (locked_item.amount_back or Decimal()) + amount
    if not due or back > due:
        raise NotAllowed(f"应收回 {due:,.2f} 元，已登记 {locked_item.amount_back or 0:,.2f} 元，请核对后再登记。")
    locked_item.amount_back = back
    locked_item.save(update_fields=["amount_back"])
    if back == due:
        proposals.close(locked_item, by=by, note=note)


@transaction.atomic
def settle_elsewhere(item: WorkItem, *, by: User, note: str) -> None:
    """已线下处理, with a reason: for what no application waits for. Raises NotAllowed where something still stands still."""
    if item.number:
        _refund, locked_item = proposals.locked(item.pk, by=by)
    else:
        locked_item = WorkItem.objects.select_for_update().get(pk=item.pk)
    if locked_item.closed_at:
        raise NotAllowed(proposals.ALREADY_CLOSED)
    if locked_item.proposal:
        raise NotAllowed("这条异常有待复核的处理意见，请先确认或收回。")
    closable_by_hand(locked_item, list(of_application(locked_item.number)) if locked_item.number else [])
    proposals.close(locked_item, by=by, note=note)


# Machines or an answer close these.
NOT_BY_HAND = (WorkItemKind.CONTRADICTION, WorkItemKind.AGENCY_DOWN, WorkItemKind.UNANSWERED, WorkItemKind.SILENT)


def closable_by_hand(item: WorkItem, handoffs: list[Delivery]) -> None:
    """Raises NotAllowed where a reason alone would leave somebody waiting."""
    is_paid = any(one.status == DeliveryStatus.PAID for one in handoffs)
    stands_still = item.kind == WorkItemKind.CORRECTED and not is_paid
    if item.amount_due or stands_still or item.kind in NOT_BY_HAND:
        raise NotAllowed("这条异常不能只标记为已处理，请按页面上的办法办理。")
    if any(one.status == DeliveryStatus.HELD for one in handoffs):
        raise NotAllowed("这条指令还没有送达对方，不能只标记为已处理。请重新发送或撤回移交。")
