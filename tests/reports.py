"""What an agency reports about an application, as the stored message it becomes."""

import uuid
from decimal import Decimal

from django.utils import timezone

from handoff import deliveries
from handoff.models import Callback, Delivery, DeliveryStatus, Event
from refunds import schemes

# In the agency's own order, whatever order its messages come in.
STEPS = {"accepted": 1, "refused": 2, "paid": 2, "bounced": 2, "cancelled": 2}


def report(number, *, events, instruction_id="", returned=None, steps=STEPS, amount=None, sent=True):
    """Store and apply the events in this order, for the current instruction or the one given.

    `steps` gives the sequence of each event, or "in_order" counts them; `amount` stands instead of the right one. An agency
    speaks of what was sent to it, unless `sent` is False.
    """
    refund = schemes.of_number(number).model.objects.get(number=number)
    named = instruction_id or refund.instruction_id
    if sent:
        has_left(named)
    for position, event in enumerate(events, 1):
        row = Callback.objects.create(
            agency=refund.scheme.agency,
            message_id=uuid.uuid4().hex,
            instruction_id=named,
            event=Event(event),
            sequence=position if steps == "in_order" else steps[event],
            amount=amount or right_amount(named, event, returned or {}),
            occurred_at=timezone.now(),
            returned=returned or {},
            reason="社保系统核验未通过" if event == "refused" else "户名不符" if event == "bounced" else "",
        )
        deliveries.apply(row.pk)


def has_left(instruction_id) -> None:
    """It was sent, and nobody has heard of it yet."""
    waiting = Delivery.objects.filter(instruction_id=instruction_id, sent_at=None)
    waiting.exclude(status=DeliveryStatus.CANCELLED).update(sent_at=timezone.now())


def right_amount(instruction_id, event, returned) -> Decimal:
    """That of the instruction, less what was returned."""
    delivery = Delivery.objects.filter(instruction_id=instruction_id).first()
    if delivery is None or event in ("refused", "cancelled"):
        return delivery.amount if delivery else Decimal("1.00")
    return delivery.amount - sum((Decimal(delivery.tickets.get(ticket, 0)) for ticket in returned), Decimal())
