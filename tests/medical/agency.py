"""What the medical insurance and the bank report about a refund, by the agency's own clock."""

import json
import uuid
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from handoff import deliveries
from handoff.models import Callback, Delivery, Event
from handoff.wire import client as wire
from medical.models import MedicalRefund
from tests.reports import STEPS, has_left, right_amount

MONDAY = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def fresh(refund) -> MedicalRefund:
    return MedicalRefund.objects.get(pk=refund.pk)


def tell(refund, event, at=MONDAY, *, instruction_id="", **more) -> MedicalRefund:
    """Store and apply one message about the current instruction, or the one given; the refund after it.

    Its place in the agency's own order is that of STEPS, and its amount the right one, unless given.
    """
    named = instruction_id or fresh(refund).instruction_id
    has_left(named)
    handed_off_by_monday(named)
    more.setdefault("reason", {"refused": "参保人已享受医保待遇", "bounced": "户名不符"}.get(event, ""))
    more.setdefault("sequence", STEPS[event])
    more.setdefault("amount", right_amount(named, event, more.get("returned", {})))
    row = Callback.objects.create(
        agency="medical",
        message_id=uuid.uuid4().hex,
        instruction_id=named,
        event=Event(event),
        occurred_at=at,
        **more,
    )
    deliveries.apply(row.pk)
    return fresh(refund)


def handed_off_by_monday(instruction_id) -> None:
    """What the agency says happened on Monday happened after the decision; one handoff still follows the other."""
    handoffs = Delivery.objects.filter(number=instruction_id.rpartition("-")[0], created_at__gt=MONDAY)
    for delivery in handoffs:
        handed_off = MONDAY - timedelta(hours=1) + timedelta(minutes=delivery.attempt)
        Delivery.objects.filter(pk=delivery.pk).update(created_at=handed_off)


def receipt(refund) -> MedicalRefund:
    """The agency has the current instruction."""
    delivery = Delivery.objects.get(instruction_id=fresh(refund).instruction_id)
    deliveries._record(delivery, wire.Answer("已接收", receipt="YB-1"), declines=True)
    return fresh(refund)


def post(client, settings, refund, event, *, at=MONDAY, secret=None, url="/handoff/callbacks/medical/", **more):
    """The agency's own signed request."""
    message = {
        "event": event,
        "instruction_id": refund.instruction_id,
        "sequence": STEPS[event],
        "amount": str(refund.amount),
        "occurred_at": at.isoformat(),
        **more,
    }
    body, now, name = json.dumps(message), datetime.now(UTC), uuid.uuid4().hex
    signature = Webhook(secret or settings.AGENCIES["medical"]["secrets"][0]).sign(name, now, body)
    headers = {"webhook-id": name, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    return client.post(url, body, content_type="application/json", headers=headers)
