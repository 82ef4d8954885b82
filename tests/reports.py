"""What an agency reports about an application, as the stored message it becomes."""

import uuid

from django.utils import timezone

from handoff import deliveries
from handoff.models import Callback, Event
from refunds import schemes


def report(number, *, events, instruction_id="", returned=None):
    """Store and apply the events in this order, for the current instruction or the one given."""
    refund = schemes.of_number(number).model.objects.get(number=number)
    for event in events:
        row = Callback.objects.create(
            agency=refund.scheme.agency,
            message_id=uuid.uuid4().hex,
            instruction_id=instruction_id or refund.instruction_id,
            event=Event(event),
            occurred_at=timezone.now(),
            returned=returned or {},
            reason="社保系统核验未通过" if event == "refused" else "户名不符" if event == "bounced" else "",
        )
        deliveries.apply(row.pk)
