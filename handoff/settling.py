"""向对方核实: an agency is asked about what contradicts itself, and its answers are what counts from then on.

It is asked without a lock; what it answers is written and followed in one transaction. What leaves a final state another officer
confirms first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from handoff import disputes, proposals
from handoff.deliveries import hear, said
from handoff.following import LINES, TARGETS, payee_of
from handoff.items import UNTIL_TAKEN, close_settled, open_for, open_item
from handoff.models import (
    Callback,
    Delivery,
    DeliveryStatus,
    Effect,
    Event,
    Inquiry,
    Proposal,
    WorkItem,
    WorkItemKind,
)
from handoff.store import instruction_of, of_application
from handoff.story import Contradiction, tell
from handoff.tasks import defer_apply, defer_send
from handoff.wire import questions
from refunds import actions
from refunds.errors import NotAllowed
from refunds.models import RefundApplication
from refunds.states import FINAL, LineOutcome, RefundStatus

# Where an application stands when this is where the instruction that counts stands.
STATES: dict[str, RefundStatus] = {
    "unknown": RefundStatus.APPROVED,
    "received": RefundStatus.AGENCY_PROCESSING,
    Event.ACCEPTED: RefundStatus.PAYING,
    Event.PAID: RefundStatus.REFUNDED,
    Event.BOUNCED: RefundStatus.PAYMENT_FAILED,
    Event.REFUSED: RefundStatus.AGENCY_RETURNED,
    Event.CANCELLED: RefundStatus.AGENCY_RETURNED,
}
CONTRADICTORY = WorkItemKind.CONTRADICTION.label
# The agency may still pay it.
MAY_BE_PAID = ("received", Event.ACCEPTED)
STANDINGS: dict[str, DeliveryStatus] = {
    **TARGETS,
    "unknown": DeliveryStatus.HELD,
    "received": DeliveryStatus.ACKNOWLEDGED,
}


@dataclass(frozen=True)
class Word:
    """The newest answer about one handoff."""

    delivery: Delivery
    inquiry: Inquiry


@dataclass(frozen=True)
class Finding:
    """What the answers come to: the handoff that counts, all that were paid, and where the application belongs."""

    counts: Word
    paid: list[Word]
    all: list[Word]

    @property
    def to(self) -> RefundStatus:
        return STATES[self.counts.inquiry.state]


# 向对方核实 ---------------------------------------------------------------------------------------------------------------


def ask(item: WorkItem, *, by: User) -> str:
    """Ask about every handoff that may have left, and repair what the answers settle. A sentence for the officer."""
    handoffs = [one for one in of_application(item.number) if one.is_sent] if item.number else []
    if not handoffs:
        raise NotAllowed("这条异常没有可以向对方核实的移交记录。")
    replies = [(one, questions.ask(one.agency, one.instruction_id)) for one in handoffs]
    with transaction.atomic():
        answers = [(delivery, write_down(delivery, reply, by=by)) for delivery, reply in replies]
        return _after_asking(item.pk, answers, by=by)


def write_down(delivery: Delivery, reply: questions.Reply, *, by: User) -> Inquiry:
    """What an agency answered, and who had it asked."""
    fields = reply.fields or {}
    return Inquiry.objects.create(
        agency=delivery.agency, instruction_id=delivery.instruction_id, asked_by=by, answer=reply.text, **fields
    )


def _after_asking(item_id: int, answers: list[tuple[Delivery, Inquiry]], *, by: User) -> str:
    refund, item = proposals.locked(item_id, by=by)
    if not refund.disputed:
        return _follow_answers(answers)
    if refund.disputed != refund.number:
        return "已向对方核实，答复见下方的核实记录。"
    try:
        finding = find(refund)
    except Contradiction as error:
        return f"已向对方核实，还不能据此处理：{error.sentence}。"
    if refund.refund_status in FINAL and refund.refund_status != finding.to:
        proposals.put(item, Proposal.SETTLE, by=by)
        return "已向对方核实。按答复需要更正已办结的结果，请另一位税务人员复核确认。"
    settle(refund, item, finding, by=by)
    return "已向对方核实，并已按对方的答复处理完毕。"


def _follow_answers(answers: list[tuple[Delivery, Inquiry]]) -> str:
    """Nothing contradicts so far: an answer is news like any message."""
    try:
        with transaction.atomic():
            moved = [delivery for delivery, inquiry in answers if hear(delivery, inquiry)]
    except Contradiction as error:
        disputes.freeze(actions.locked(answers[-1][0].number), answers[-1][0], error.sentence)
        return f"已向对方核实，答复与此前的结果矛盾：{error.sentence}。已暂停办理，请在“{CONTRADICTORY}”中处理。"
    return "已向对方核实，并已按对方的答复更新。" if moved else "已向对方核实，没有新的结果，答复见下方的核实记录。"


def find(refund: RefundApplication) -> Finding:
    """What the newest answers about all handoffs come to. Raises Contradiction when they do not settle it."""
    handoffs = [one for one in of_application(refund.number or "") if one.is_sent]
    answers = newest_answers(handoffs)
    words = [Word(one, _understood(one, answers.get(one.instruction_id))) for one in handoffs]
    for word in words:
        _must_fit(word)
    paid = [word for word in words if word.inquiry.state == Event.PAID]
    counts = (paid or words)[-1]
    newest = max(one.attempt for one in of_application(refund.number or ""))
    if counts.delivery.attempt != newest and counts.inquiry.state in (*MAY_BE_PAID, "unknown"):
        raise Contradiction(f"{counts.delivery.instruction_id} 还没有最后的结果，请过些时候再向对方核实")
    if others := [word for word in words if word is not counts and word.inquiry.state in MAY_BE_PAID]:
        named = others[-1].delivery.instruction_id
        raise Contradiction(f"{named} 也还可能退付，请先对它请求停付，再向对方核实")
    return Finding(counts=counts, paid=paid, all=words)


def newest_answers(handoffs: Iterable[Delivery]) -> dict[str, Inquiry]:
    """What the agency said when it was last asked, by instruction."""
    named = [one.instruction_id for one in handoffs]
    return {one.instruction_id: one for one in Inquiry.objects.filter(instruction_id__in=named).order_by("id")}


def _understood(delivery: Delivery, answer: Inquiry | None) -> Inquiry:
    if answer is None or not answer.state:
        raise Contradiction(f"{delivery.instruction_id} 没有得到答复{'：' + answer.answer if answer else ''}")
    return answer


def _must_fit(word: Word) -> None:
    # Stopped before it came, so the agency knows of no amount.
    never_came = word.inquiry.state == Event.CANCELLED and not word.inquiry.sequence
    if word.inquiry.state in Event.values and not never_came:
        tell(instruction_of(word.delivery), [said(word.inquiry)])


def settle(refund: RefundApplication, item: WorkItem, finding: Finding, *, by: User) -> None:
    """The answers are what counts from now on; the application stands where they say, and goes on from there."""
    for word in finding.all:
        word.inquiry.settled = True
        word.inquiry.save(update_fields=["settled"])
        _restate(word, counts=word is finding.counts)
    word = finding.counts
    paid = word.inquiry.state == Event.PAID
    lifted = actions.settle(
        refund,
        to=finding.to,
        by=by,
        reason=word.inquiry.reason if finding.to in (RefundStatus.PAYMENT_FAILED, RefundStatus.AGENCY_RETURNED) else "",
        on=said(word.inquiry).day if paid else None,
        attempt=word.delivery.attempt if paid else None,
        payee=payee_of(word.delivery) if paid else None,
        among=word.delivery.tickets.keys() - word.inquiry.returned.keys(),
    )
    _restate_people(refund, finding)
    _call_back_what_never_left(refund)
    _unfreeze(lifted)
    _close_contradictions(refund, item, by=by, note=f"按对方答复处理：{word.inquiry.answer}")
    if len(finding.paid) > 1:
        _overpaid(refund, finding.paid)
    if word.delivery.status == DeliveryStatus.HELD:
        # It is to be sent again or called back, and that is for a person to say.
        open_item(WorkItemKind.HELD, word.delivery, refund, f"{word.inquiry.answer}，请重新发送或撤回移交")


def _call_back_what_never_left(refund: RefundApplication) -> None:
    """An attempt that was made meanwhile and not sent: the answers are about those that were, and one of them counts."""
    for delivery in of_application(refund.number or ""):
        if not delivery.is_sent and delivery.status != DeliveryStatus.CANCELLED:
            delivery.cancel()
            delivery.save()


def _close_contradictions(refund: RefundApplication, item: WorkItem, *, by: User, note: str) -> None:
    """Whichever item it was asked from; another trouble of the same application stays open."""
    for one in WorkItem.objects.filter(kind=WorkItemKind.CONTRADICTION, number=refund.number, closed_at=None):
        proposals.close(one, by=by, note=note)
    if item.kind != WorkItemKind.CONTRADICTION and item.proposal:
        proposals.take_away(item)


def _restate(word: Word, *, counts: bool) -> None:
    delivery, to = word.delivery, STANDINGS[word.inquiry.state]
    if to == DeliveryStatus.HELD and not counts:
        to = DeliveryStatus.CANCELLED  # it never had it, and it will not be sent
    delivery.frozen = False
    delivery.receipt = delivery.receipt or word.inquiry.receipt
    if delivery.status != to:
        delivery.repair(to=to)
    delivery.save()
    if to != DeliveryStatus.HELD:
        close_settled(UNTIL_TAKEN, delivery.instruction_id, agency=delivery.agency)


def _restate_people(refund: RefundApplication, finding: Finding) -> None:
    """Whom any attempt returned is returned, unless the one that counts says otherwise of her."""
    word = finding.counts
    for other in finding.all:
        if returned := other.inquiry.returned:
            refund.people.settle(LineOutcome.RETURNED, returned, among=list(returned))
    outcome = LINES.get(word.inquiry.state, LineOutcome.OPEN)
    tickets = list(word.delivery.tickets)
    refund.people.settle(outcome, word.inquiry.returned, among=tickets, reason=word.inquiry.reason)


def _overpaid(refund: RefundApplication, paid: list[Word]) -> None:
    """多付: all but the last payment have to come back."""
    due = sum((word.inquiry.amount or Decimal() for word in paid[:-1]), Decimal())
    first = paid[0].delivery
    detail = f"{len(paid)} 次移交都已退付，多付 {due:,.2f} 元，请收回后登记退回金额"
    item = open_for(WorkItemKind.OVERPAID, first.instruction_id, agency=first.agency, refund=refund, detail=detail)
    item.amount_due = due
    item.save(update_fields=["amount_due"])


def _unfreeze(lifted: Iterable[RefundApplication]) -> None:
    """What waits to be sent is sent, and what was said meanwhile is applied."""
    for one in lifted:
        handoffs = list(of_application(one.number or ""))
        of_application(one.number or "").update(frozen=False)
        for delivery in handoffs:
            if delivery.status in (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN):
                defer_send(delivery)
        kept = Callback.objects.filter(
            instruction_id__in=[delivery.instruction_id for delivery in handoffs], effect=Effect.KEPT
        )
        for callback in list(kept):
            Callback.objects.filter(pk=callback.pk).update(applied_at=None, effect="")
            defer_apply(callback)
