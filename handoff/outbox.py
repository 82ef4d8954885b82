"""What is handed to an agency, and by whose decision: made with the approval, sent again or closed by a person."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from handoff.models import Delivery, DeliveryStatus, WorkItem
from handoff.store import known, locked, of_application
from handoff.tasks import defer_send
from refunds.errors import NotAllowed, TooLate
from refunds.models import RefundApplication


def create(sender: type, refund: RefundApplication, **_signal: object) -> Delivery:
    """Receiver of `ready_for_handoff`: one delivery and one job, in the transaction of the decision."""
    assert refund.number, "what is approved was submitted"
    message = instruction(refund)
    wait = _grace(refund.number)
    delivery = Delivery.objects.create(
        agency=refund.scheme.agency,
        number=refund.number,
        instruction_id=refund.instruction_id,
        body=json.dumps(message, ensure_ascii=False),
        amount=message["amount"],
        tickets={line["ticket_number"]: line["amount"] for line in message["lines"]},
    )
    defer_send(delivery, wait=wait)
    return delivery


def _grace(number: str) -> int:
    """Seconds in which whoever decided may take it back; none once the agency has heard of the application."""
    was_sent = of_application(number).filter(sent_at__isnull=False).exists()
    return 0 if was_sent else int(settings.DECISION_GRACE_SECONDS)


def call_back(sender: type, refund: RefundApplication, **_signal: object) -> None:
    """Receiver of `handoff_called_back`: what nobody has seen is cancelled. Raises TooLate once any of it may have left."""
    assert refund.number, "what was decided was submitted"
    handoffs = list(of_application(refund.number))
    if any(delivery.is_sent for delivery in handoffs):
        raise TooLate
    for delivery in handoffs:
        if delivery.status != DeliveryStatus.CANCELLED:
            delivery.cancel()
            delivery.save()


def instruction(refund: RefundApplication) -> dict[str, Any]:
    """The message to the agency, with full numbers (design.md section 7)."""
    lines = refund.instruction_lines()
    return {
        "instruction_id": refund.instruction_id,
        "application_number": refund.number,
        "scheme": refund.scheme_code,
        "tax_office": {"code": refund.office_id, "name": refund.office.name},
        "amount": str(_total(refund, lines)),
        "payee": refund.payee(),
        "lines": lines,
    }


def _total(refund: RefundApplication, lines: list[dict[str, Any]]) -> Decimal:
    """The amount of the lines, which is what was approved; after a bounce, those whom the agency returned are not sent again.

    Raises RuntimeError, and undoes the decision, when a scheme hands off anything else.
    """
    total = sum((Decimal(line["amount"]) for line in lines), Decimal())
    if total > refund.amount or (total < refund.amount and refund.attempt == 1):
        raise RuntimeError(f"the lines of {refund.instruction_id} come to {total}, approved were {refund.amount}")
    return total


@transaction.atomic
def send_again(item: WorkItem, *, by: User) -> None:
    """A person decided to send a held delivery once more, unchanged. Raises NotAllowed for anything not held."""
    delivery = known().filter(instruction_id=item.instruction_id).first()
    if delivery:
        _refund, delivery = locked(delivery)
    if delivery is None or delivery.status != DeliveryStatus.HELD:
        raise NotAllowed("这条指令没有被对方拒收，不需要重新发送。")
    delivery.send_again()
    delivery.save()
    _close(item, by=by, note="重新发送")
    defer_send(delivery)


def close_item(item: WorkItem, *, by: User, note: str) -> None:
    """Closed with a note, by a person. Raises NotAllowed while its delivery is held: that needs sending, not a note."""
    if known().filter(instruction_id=item.instruction_id, status=DeliveryStatus.HELD).exists():
        raise NotAllowed("这条指令还没有送达对方，不能只标记为已处理。请先点击【重新发送】。")
    _close(item, by=by, note=note)


def _close(item: WorkItem, *, by: User, note: str) -> None:
    item.closed_at, item.closed_by, item.note = timezone.now(), by, note
    item.save(update_fields=["closed_at", "closed_by", "note"])
