"""The life of a delivery: made with the decision, sent, acknowledged, and moved on by what the agency reports.

Whoever changes a delivery locks its application first and the delivery second, so no two of them wait for each other.
"""

import json
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from handoff import client
from handoff.models import Callback, Delivery, DeliveryStatus, Event, WorkItem, WorkItemKind
from refunds import actions
from refunds.errors import NotAllowed, OutOfOrder

# The way to each reported state; what lies before it is implied by it, whichever message arrives first.
PATHS = {
    DeliveryStatus.ACKNOWLEDGED: (DeliveryStatus.ACKNOWLEDGED,),
    DeliveryStatus.REFUSED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.REFUSED),
    DeliveryStatus.ACCEPTED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED),
    DeliveryStatus.PAID: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED, DeliveryStatus.PAID),
    DeliveryStatus.BOUNCED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED, DeliveryStatus.BOUNCED),
}
TARGETS = {
    Event.ACCEPTED: DeliveryStatus.ACCEPTED,
    Event.REFUSED: DeliveryStatus.REFUSED,
    Event.PAID: DeliveryStatus.PAID,
    Event.BOUNCED: DeliveryStatus.BOUNCED,
}
# What the agency itself decided; what follows is the bank's.
ANSWERS = (Event.ACCEPTED, Event.REFUSED)


def create(sender, refund, **_signal):
    """Receiver of `ready_for_handoff`: one delivery and one job, in the transaction of the decision."""
    from handoff.tasks import send

    delivery = Delivery.objects.create(
        agency=refund.scheme.agency,
        number=refund.number,
        instruction_id=refund.instruction_id,
        body=json.dumps(instruction(refund), ensure_ascii=False),
    )
    send.configure(lock=f"send:{refund.number}").defer(delivery_id=str(delivery.pk))
    return delivery


def instruction(refund) -> dict:
    """The message to the agency, with full numbers (design.md section 7).

    Its amount is that of its lines: after a bounce, those whom the agency returned are not sent again, while the amount of
    the application stays what was approved.
    """
    lines = refund.instruction_lines()
    return {
        "instruction_id": refund.instruction_id,
        "application_number": refund.number,
        "scheme": refund.scheme_code,
        "tax_office": {"code": refund.office_id, "name": refund.office.name},
        "amount": str(sum(Decimal(line["amount"]) for line in lines)),
        "payee": refund.payee(),
        "lines": lines,
    }


def send(delivery_id, *, last_try: bool) -> client.Answer | None:
    """Send once and write down the answer; None when it was sent before. Holds no lock while the agency thinks."""
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.status not in (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN):
        return None
    answer = client.send(delivery.agency, delivery.instruction_id, delivery.body.reveal())
    _record(delivery, answer, last_try=last_try)
    return answer


@transaction.atomic
def _record(delivery, answer, *, last_try):
    refund, delivery = _locked(delivery)
    delivery.sends += 1
    delivery.last_answer = answer.text
    waiting = delivery.status in (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)
    if answer.receipt:
        # A callback may have overtaken the receipt; then only the receipt is news.
        delivery.receipt = answer.receipt
        if waiting:
            _advance(refund, delivery, DeliveryStatus.ACKNOWLEDGED)
    elif waiting and (answer.held or last_try):
        delivery.hold(answer=answer.text)
        kind = WorkItemKind.HELD if answer.held else WorkItemKind.UNANSWERED
        _open_item(kind, delivery, refund, answer.text)
    elif waiting:
        delivery.lose_sight(answer=answer.text)
    delivery.save()


@transaction.atomic
def apply(callback_id):
    """Apply one stored message. Duplicates, delays and any order end in the same state.

    What cannot be true together with what was reported before, of the whole or of single lines, goes to a person.
    """
    callback = Callback.objects.select_for_update().get(pk=callback_id)
    if callback.applied_at:
        return
    callback.applied_at = timezone.now()
    callback.save(update_fields=["applied_at"])
    delivery = _known().filter(instruction_id=callback.instruction_id, agency=callback.agency).first()
    if delivery is None:
        _open_item(WorkItemKind.UNKNOWN_INSTRUCTION, callback, None, f"回传结果：{callback.get_event_display()}")
        return
    refund, delivery = _locked(delivery)
    try:
        with transaction.atomic():
            _follow(refund, delivery, callback)
            if callback.event in ANSWERS and callback.instruction_id == refund.instruction_id:
                actions.verified(refund.number, by=callback.agency, at=callback.occurred_at)
    except OutOfOrder as error:
        _open_item(WorkItemKind.CONTRADICTION, delivery, refund, error.message)
        return
    if disputed := refund.disputed(callback.returned):
        tickets = "、".join(disputed[:3]) + ("等" if len(disputed) > 3 else "")
        detail = (
            f"对方退回了 {len(disputed)} 条不在这批或与此前结果不一致的明细（票证号码 {tickets}），系统没有更新这些明细"
        )
        _open_item(WorkItemKind.CONTRADICTION, delivery, refund, detail)


def _follow(refund, delivery, callback):
    """Move the delivery and its application on to what was reported; nothing if they are there. Raises OutOfOrder."""
    target = TARGETS[callback.event]
    reached = PATHS.get(delivery.status, ())  # nothing, as long as there is no receipt
    if target in reached:
        return
    if reached != PATHS[target][: len(reached)]:
        raise OutOfOrder(f"此前为“{delivery.get_status_display()}”，又收到“{callback.get_event_display()}”")
    for step in PATHS[target][len(reached) :]:
        _advance(refund, delivery, step, callback)
    delivery.save()


@transaction.atomic
def send_again(item, *, by):
    """A person decided to send a held delivery once more, unchanged. Raises NotAllowed for anything not held."""
    from handoff.tasks import send

    delivery = _known().filter(instruction_id=item.instruction_id).first()
    if delivery:
        _refund, delivery = _locked(delivery)
    if delivery is None or delivery.status != DeliveryStatus.HELD:
        raise NotAllowed("这条指令没有被对方拒收，不需要重新发送。")
    delivery.send_again()
    delivery.save()
    _close(item, by=by, note="重新发送")
    send.configure(lock=f"send:{delivery.number}").defer(delivery_id=str(delivery.pk))


def settle_item(item, *, by, note):
    """Closed with a note, by a person. Raises NotAllowed while its delivery is held: that needs sending, not a note."""
    if _known().filter(instruction_id=item.instruction_id, status=DeliveryStatus.HELD).exists():
        raise NotAllowed("这条指令还没有送达对方，不能只标记为已处理。请先点击【重新发送】。")
    _close(item, by=by, note=note)


def _close(item, *, by, note):
    item.closed_at, item.closed_by, item.note = timezone.now(), by, note
    item.save(update_fields=["closed_at", "closed_by", "note"])


def _known():
    """Without the message itself: that of 10,000 people is 4 MB, and only sending needs it."""
    return Delivery.objects.defer("body")


def _locked(delivery):
    refund = actions.locked(delivery.number)
    return refund, _known().select_for_update().get(pk=delivery.pk)


def _advance(refund, delivery, step, callback=None):
    """One step of the delivery and the same step of its application."""
    number, by = refund.number, delivery.agency
    match step:
        case DeliveryStatus.ACKNOWLEDGED:
            delivery.acknowledge(at=timezone.now(), receipt=delivery.receipt)
            actions.acknowledge(number, by=by)
        case DeliveryStatus.REFUSED:
            delivery.refuse()
            actions.refuse(number, by=by, reason=callback.reason, returned=callback.returned)
        case DeliveryStatus.ACCEPTED:
            delivery.accept()
            # A bounce is of the whole: lines that it names settle nothing, and go to a person.
            returned = {} if callback.event == Event.BOUNCED else callback.returned
            actions.start_payment(number, by=by, returned=returned)
        case DeliveryStatus.PAID:
            delivery.pay()
            on = callback.paid_on or timezone.localdate(callback.occurred_at)
            actions.settle(number, by=by, on=on, returned=callback.returned)
        case DeliveryStatus.BOUNCED:
            delivery.bounce()
            actions.bounce(number, by=by, reason=callback.reason)


def _open_item(kind, about, refund, detail):
    WorkItem.objects.get_or_create(
        kind=kind,
        instruction_id=about.instruction_id,
        closed_at=None,
        defaults={
            "agency": about.agency,
            "number": refund.number if refund else "",
            "office": refund.office if refund else None,
            "detail": detail[:300],
        },
    )
