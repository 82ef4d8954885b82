"""The life of a delivery: sent, acknowledged, and moved on by what the agency reports.

Whoever changes a delivery locks its application first and the delivery second, so no two of them wait for each other.
"""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from handoff import disputes, reach
from handoff.following import follow
from handoff.items import UNTIL_TAKEN, close_settled, open_item
from handoff.models import UNACKNOWLEDGED, Callback, Delivery, DeliveryStatus, Effect, Event, Inquiry, WorkItemKind
from handoff.store import instruction_of, known, locked
from handoff.story import Contradiction, Said, must_lead_to, tell
from handoff.wire import client, questions
from refunds import actions
from refunds.models import RefundApplication
from refunds.records import since
from refunds.states import RefundStatus

# What it answers of an instruction that nothing has happened to yet.
RECEIVED = "received"
TO_SEND = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)
# Of these it has said nothing that "received" would take back; and these it has had.
NOTHING_YET = (*UNACKNOWLEDGED, DeliveryStatus.ACKNOWLEDGED)
ONCE_TAKEN = (
    DeliveryStatus.ACKNOWLEDGED,
    DeliveryStatus.ACCEPTED,
    DeliveryStatus.REFUSED,
    DeliveryStatus.PAID,
    DeliveryStatus.BOUNCED,
)


def send(delivery_id: str | UUID) -> client.Answer | None:
    """Send once and write down the answer; None when there is nothing to send."""
    return hand_over(Delivery.objects.get(pk=delivery_id))


def hand_over(delivery: Delivery) -> client.Answer | None:
    """The same, of a delivery that is read already, with its message. Holds neither lock nor connection while the agency
    thinks: with a slow agency all others would have to wait for the pool."""
    if not _about_to_send(delivery):
        return None
    body = delivery.body.reveal("sent as it was fixed")
    if not connection.in_atomic_block:
        connection.close()
    reply = questions.ask(delivery.agency, delivery.instruction_id) if delivery.is_sent else None
    answer = _known_already(reply) or client.send(delivery.agency, delivery.instruction_id, body)
    was_there_none = reply is None or delivery.declined or reply.state == "unknown"
    _record(delivery, answer, declines=was_there_none)
    if answer.receipt or answer.held:
        reach.answered(delivery.agency)
    else:
        reach.failed(delivery.agency, answer.text, asked_to_wait=answer.retry_after)
    return answer


def _known_already(reply: questions.Reply | None) -> client.Answer | None:
    """What may have left before is asked about before it is sent again, also when whoever sent it was killed. None when it
    has to be sent: an answer that nobody understands says not that it never had it, and is asked for again later."""
    if reply is None or not reply.can_be_asked:
        return None
    if reply.fields is None:
        return client.Answer(reply.text)
    receipt = str(reply.fields.get("receipt", ""))
    return client.Answer(reply.text, receipt=receipt) if receipt else None


@transaction.atomic
def _about_to_send(delivery: Delivery) -> bool:
    """Whether there is anything to send. Marked as sent before the first byte leaves: from here on nobody can call it back.
    `delivery` itself keeps whether it may have left before, and whether it was declined then."""
    refund, current = locked(delivery)
    is_due = refund.refund_status == RefundStatus.APPROVED and current.attempt == refund.attempt
    if refund.disputed or refund.corrected or current.status not in TO_SEND or current.frozen or not is_due:
        return False
    if since.died_since(refund):  # a load that said so was not done yet when it was passed
        actions.follow_records(type(refund), [refund.pk])
        return False
    delivery.sent_at, delivery.declined = current.sent_at, current.declined
    current.sent_at, current.declined, current.sends = current.sent_at or timezone.now(), False, current.sends + 1
    current.save(update_fields=["sent_at", "declined", "sends"])
    delivery.sends = current.sends
    return True


@transaction.atomic
def _record(delivery: Delivery, answer: client.Answer, *, declines: bool = True) -> None:
    """`declines`: whether a refusal says that the agency has none, and not that it has it already; unless somebody else has
    begun to send it meanwhile, as where a worker was taken for dead."""
    began = delivery.sends
    refund, delivery = locked(delivery)
    delivery.last_answer = answer.text
    waiting = delivery.status in TO_SEND
    if answer.receipt:
        # A callback may have overtaken the receipt; then only the receipt is news.
        delivery.receipt = answer.receipt
        if not delivery.frozen:
            _taken(refund, delivery, answer.receipt)
    elif waiting and answer.held:
        delivery.hold(answer=answer.text, declined=declines and delivery.sends == began)
        close_settled([WorkItemKind.UNANSWERED], delivery.instruction_id, agency=delivery.agency)
        open_item(WorkItemKind.HELD, delivery, refund, answer.text)
    elif waiting:
        delivery.lose_sight(answer=answer.text)
    delivery.save()


@transaction.atomic
def apply(callback_id: int) -> None:
    """Apply one stored message. Duplicates, delays and any order end in the same state (design.md section 7).

    What contradicts the agency's own words, or ours, freezes the application until a person has asked.
    """
    callback = Callback.objects.select_for_update().get(pk=callback_id)
    if callback.applied_at:
        return
    callback.applied_at = timezone.now()
    callback.effect = _effect(callback)
    callback.save(update_fields=["applied_at", "effect"])


def _effect(callback: Callback) -> Effect:
    delivery = known().filter(instruction_id=callback.instruction_id, agency=callback.agency).first()
    if delivery is None:
        open_item(WorkItemKind.UNKNOWN_INSTRUCTION, callback, None, f"回传结果：{callback.get_event_display()}")
        return Effect.UNKNOWN
    refund, delivery = locked(delivery)
    if callback.event not in Event.values:
        detail = f"对方回传了系统不认识的结果“{callback.event}”，系统没有更新这笔退费，请向对方核实"
        open_item(WorkItemKind.UNKNOWN_EVENT, delivery, refund, detail)
        if delivery.declined:  # whatever it says of it, it has it
            delivery.declined = False
            delivery.save(update_fields=["declined"])
        return Effect.UNKNOWN
    if delivery.frozen:
        return Effect.KEPT
    if not delivery.is_sent:
        # It may have what a restored backup of ours does not remember, also where it was called back since: asked about like
        # what was sent.
        delivery.sent_at = timezone.now()
        delivery.save(update_fields=["sent_at"])
        ours = "没有发出过，已经收回" if delivery.status == DeliveryStatus.CANCELLED else "还没有发出"
        disputes.freeze(refund, delivery, f"这条指令{ours}，对方却回传“{callback.get_event_display()}”")
        return Effect.CONTRADICTED
    settled = last_settled(delivery)
    try:
        if settled and _is_settled(callback, settled):
            return Effect.REPEATED
        standing = tell(instruction_of(delivery), [*_said_so_far(delivery, settled), said(callback)])
        moved = follow(refund, delivery, standing)
    except Contradiction as error:
        disputes.freeze(refund, delivery, error.sentence)
        return Effect.CONTRADICTED
    return Effect.FOLLOWED if moved else Effect.REPEATED


def hear(delivery: Delivery, answer: Inquiry) -> bool:
    """What the agency answered when it was asked, of what nothing contradicts yet: news like any message, and then it counts.
    Whether anything moved. Raises Contradiction, and the caller freezes."""
    refund, delivery = locked(delivery)
    if answer.state == RECEIVED:
        if delivery.status not in NOTHING_YET:
            ours = delivery.get_status_display()
            raise Contradiction(f"{delivery.instruction_id} 此前为“{ours}”，现在对方答复已接收、还没有结果")
        is_news = _taken(refund, delivery, answer.receipt)
        delivery.save()
        return is_news
    if answer.state not in Event.values:
        if answer.state and delivery.status in ONCE_TAKEN:
            raise Contradiction(f"对方此前接收了 {delivery.instruction_id}，现在答复查无此指令")
        return False
    settled = last_settled(delivery)
    before = list(_said_so_far(delivery, settled))
    if not (answer.sequence or answer.letter) or (settled and answer.sequence < settled.sequence):
        return False
    moved = follow(refund, delivery, tell(instruction_of(delivery), [*before, said(answer)]))
    is_news = moved or (bool(answer.letter) and _says_more(answer, delivery, before, settled))
    if is_news:
        answer.settled = True
        answer.save(update_fields=["settled"])
    return is_news


def _says_more(answer: Inquiry, delivery: Delivery, before: list[Said], settled: Inquiry | None) -> bool:
    """Of the same result, who was returned or what really left the bank otherwise than was known so far."""
    returned = tell(instruction_of(delivery), before).last.returned if before else {}
    known_difference = settled.difference if settled else Decimal()
    return answer.returned != returned or answer.difference != known_difference


def _taken(refund: RefundApplication, delivery: Delivery, receipt: str) -> bool:
    """It has the instruction. Whether that is news."""
    if delivery.status not in UNACKNOWLEDGED or refund.refund_status != RefundStatus.APPROVED:
        return False
    if delivery.status != DeliveryStatus.WAITING:
        close_settled(UNTIL_TAKEN, delivery.instruction_id, agency=delivery.agency)
    delivery.acknowledge(at=timezone.now(), receipt=receipt)
    actions.acknowledge(refund, by=delivery.agency)
    return True


def last_settled(delivery: Delivery) -> Inquiry | None:
    """The answer with which a person last settled what contradicted: what was said up to its sequence counts no more."""
    answers = Inquiry.objects.filter(instruction_id=delivery.instruction_id, agency=delivery.agency, settled=True)
    return answers.order_by("-id").first()


def _is_settled(callback: Callback, settled: Inquiry) -> bool:
    """Whether that answer has settled it: what had been said before it was asked for, and what comes late and leads to it. What
    says it otherwise afterwards is news: of the same sequence to be told, of an earlier one a Contradiction."""
    if callback.sequence > settled.sequence:
        return False
    known_then = Callback.objects.filter(
        instruction_id=callback.instruction_id,
        agency=callback.agency,
        sequence=callback.sequence,
        received_at__lt=settled.asked_at,
    )
    if any(said(one).content == said(callback).content for one in known_then):
        return True
    if callback.sequence == settled.sequence:
        if settled.letter and callback.event not in (settled.state, Event.ACCEPTED):
            words = f"在书面答复“{Event(settled.state).label}”之前的序号 {callback.sequence} 现在回传"
            raise Contradiction(f"{words}“{callback.get_event_display()}”")
        return False
    must_lead_to(said(callback), said(settled))
    return True


def _said_so_far(delivery: Delivery, settled: Inquiry | None) -> Iterable[Said]:
    """What was said before and counts."""
    messages = Callback.objects.filter(instruction_id=delivery.instruction_id, agency=delivery.agency)
    messages = messages.filter(event__in=Event.values, applied_at__isnull=False)
    if settled:
        # What was applied before the answer is settled with it, also where the answer knows of no message.
        messages = messages.exclude(applied_at__lt=settled.asked_at)
        messages = messages.filter(sequence__gt=settled.sequence)
        if settled.state in Event.values:
            yield said(settled)
    yield from map(said, messages)


def said(row: Callback | Inquiry) -> Said:
    """A stored message, or an answer to a question."""
    return Said(
        sequence=row.sequence,
        event=row.event if isinstance(row, Callback) else row.state,
        amount=row.amount,
        occurred_at=row.occurred_at or timezone.now(),
        reason=row.reason,
        paid_on=row.paid_on,
        returned=row.returned,
        by_letter=isinstance(row, Inquiry) and bool(row.letter),
    )
