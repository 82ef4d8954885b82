"""The life of a delivery: sent, acknowledged, and moved on by what the agency reports.

Whoever changes a delivery locks its application first and the delivery second, so no two of them wait for each other.
"""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from handoff import client
from handoff.items import open_item
from handoff.models import Callback, Delivery, DeliveryStatus, Event, WorkItemKind
from refunds import actions
from refunds.errors import OutOfOrder
from refunds.models import RefundApplication

# The way to each reported state; what lies before it is implied by it, whichever message arrives first.
PATHS: dict[str, tuple[DeliveryStatus, ...]] = {
    DeliveryStatus.ACKNOWLEDGED: (DeliveryStatus.ACKNOWLEDGED,),
    DeliveryStatus.REFUSED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.REFUSED),
    DeliveryStatus.ACCEPTED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED),
    DeliveryStatus.PAID: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED, DeliveryStatus.PAID),
    DeliveryStatus.BOUNCED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED, DeliveryStatus.BOUNCED),
}
TARGETS: dict[str, DeliveryStatus] = {
    Event.ACCEPTED: DeliveryStatus.ACCEPTED,
    Event.REFUSED: DeliveryStatus.REFUSED,
    Event.PAID: DeliveryStatus.PAID,
    Event.BOUNCED: DeliveryStatus.BOUNCED,
}
# What the agency itself decided; what follows is the bank's.
ANSWERS = (Event.ACCEPTED, Event.REFUSED)


def send(delivery_id: str | UUID, *, last_try: bool) -> client.Answer | None:
    """Send once and write down the answer; None when it was sent before. Holds neither lock nor connection while the
    agency thinks: with a slow agency all others would have to wait for the pool."""
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.status not in (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN):
        return None
    body = delivery.body.reveal("sent as it was fixed")
    if not connection.in_atomic_block:
        connection.close()
    answer = client.send(delivery.agency, delivery.instruction_id, body)
    _record(delivery, answer, last_try=last_try)
    return answer


@transaction.atomic
def _record(delivery: Delivery, answer: client.Answer, *, last_try: bool) -> None:
    refund, delivery = locked(delivery)
    delivery.sends += 1
    delivery.last_answer = answer.text
    waiting = delivery.status in (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)
    if answer.receipt:
        # A callback may have overtaken the receipt; then only the receipt is news.
        delivery.receipt = answer.receipt
        if waiting:
            _acknowledge(refund, delivery)
    elif waiting and (answer.held or last_try):
        delivery.hold(answer=answer.text)
        kind = WorkItemKind.HELD if answer.held else WorkItemKind.UNANSWERED
        open_item(kind, delivery, refund, answer.text)
    elif waiting:
        delivery.lose_sight(answer=answer.text)
    delivery.save()


@transaction.atomic
def apply(callback_id: int) -> None:
    """Apply one stored message. Duplicates, delays and any order end in the same state.

    What cannot be true together with what was reported before, of the whole or of single lines, goes to a person.
    """
    callback = Callback.objects.select_for_update().get(pk=callback_id)
    if callback.applied_at:
        return
    callback.applied_at = timezone.now()
    callback.save(update_fields=["applied_at"])
    delivery = known().filter(instruction_id=callback.instruction_id, agency=callback.agency).first()
    if delivery is None:
        open_item(WorkItemKind.UNKNOWN_INSTRUCTION, callback, None, f"回传结果：{callback.get_event_display()}")
        return
    refund, delivery = locked(delivery)
    if callback.event not in TARGETS:
        detail = f"对方回传了系统不认识的结果“{callback.event}”，系统没有更新这笔退费，请向对方核实"
        open_item(WorkItemKind.UNKNOWN_EVENT, delivery, refund, detail)
        return
    try:
        with transaction.atomic():
            _follow(refund, delivery, callback)
            if callback.event in ANSWERS and callback.instruction_id == refund.instruction_id:
                actions.note_verified(refund, at=callback.occurred_at)
    except OutOfOrder as error:
        open_item(WorkItemKind.CONTRADICTION, delivery, refund, error.message)
        return
    if disputed := refund.people.disputed(callback.returned):
        tickets = "、".join(disputed[:3]) + ("等" if len(disputed) > 3 else "")
        detail = (
            f"对方退回了 {len(disputed)} 条不在这批或与此前结果不一致的明细（票证号码 {tickets}），系统没有更新这些明细"
        )
        open_item(WorkItemKind.CONTRADICTION, delivery, refund, detail)


def _follow(refund: RefundApplication, delivery: Delivery, callback: Callback) -> None:
    """Move the delivery and its application on to what was reported; nothing if they are there. Raises OutOfOrder."""
    target = TARGETS[callback.event]
    reached = PATHS.get(delivery.status, ())  # nothing, as long as there is no receipt
    if target in reached:
        return
    if reached != PATHS[target][: len(reached)]:
        raise OutOfOrder(f"此前为“{delivery.get_status_display()}”，又收到“{callback.get_event_display()}”")
    if callback.paid_on and callback.paid_on < timezone.localdate(delivery.created_at):
        raise OutOfOrder(f"回传的退费日期 {callback.paid_on} 早于移交日期，系统没有更新这笔退费")
    for step in PATHS[target][len(reached) :]:
        _advance(refund, delivery, step, callback)
    delivery.save()


def known() -> QuerySet[Delivery]:
    """All deliveries, without the message itself: that of 10,000 people is 4 MB, and only sending needs it."""
    return Delivery.objects.defer("body")


def locked(delivery: Delivery) -> tuple[RefundApplication, Delivery]:
    """(application, delivery), both locked in this order."""
    refund = actions.locked(delivery.number)
    return refund, known().select_for_update().get(pk=delivery.pk)


def _advance(refund: RefundApplication, delivery: Delivery, step: DeliveryStatus, callback: Callback) -> None:
    """One step of the delivery and the same step of its application."""
    by = delivery.agency
    match step:
        case DeliveryStatus.ACKNOWLEDGED:
            _acknowledge(refund, delivery)
        case DeliveryStatus.REFUSED:
            delivery.refuse()
            actions.refuse(refund, by=by, reason=callback.reason, returned=callback.returned)
        case DeliveryStatus.ACCEPTED:
            delivery.accept()
            # A bounce is of the whole: lines that it names settle nothing, and go to a person.
            returned = {} if callback.event == Event.BOUNCED else callback.returned
            actions.accept(refund, by=by, returned=returned)
        case DeliveryStatus.PAID:
            delivery.pay()
            on = callback.paid_on or timezone.localdate(callback.occurred_at)
            actions.pay(refund, by=by, on=on, returned=callback.returned)
        case DeliveryStatus.BOUNCED:
            delivery.bounce()
            actions.bounce(refund, by=by, reason=callback.reason)


def _acknowledge(refund: RefundApplication, delivery: Delivery) -> None:
    delivery.acknowledge(at=timezone.now(), receipt=delivery.receipt)
    actions.acknowledge(refund, by=delivery.agency)
