"""What is handed to an agency, and by whose decision: made with the approval, sent again by a person."""

import json
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from handoff import proposals
from handoff.models import Delivery, DeliveryStatus, WorkItem
from handoff.store import of_application
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
    """重新发送: a person decided to send a held delivery once more, unchanged. Raises NotAllowed for anything not held."""
    refund, locked_item = proposals.locked(item.pk, by=by)
    if locked_item.proposal:
        raise NotAllowed("这条异常有待复核的处理意见，请先确认或收回。")
    delivery = resendable(locked_item, list(of_application(refund.number or "").select_for_update()))
    delivery.send_again()
    delivery.save()
    proposals.close(locked_item, by=by, note="重新发送")
    defer_send(delivery)


def resendable(item: WorkItem, handoffs: list[Delivery]) -> Delivery:
    """Of all handoffs of its application the one that this item is about and the agency did not take. Raises NotAllowed."""
    found = next((one for one in handoffs if one.instruction_id == item.instruction_id), None)
    if found is None or found.status != DeliveryStatus.HELD:
        raise NotAllowed("这条指令没有被对方拒收，不需要重新发送。")
    if found.frozen:
        raise NotAllowed("这笔申请正在核实，核实清楚之前不能重新发送。")
    return found


def send_all_again(items: Iterable[WorkItem], *, by: User) -> int:
    """重新发送, for as many as an agency did not take: each is decided for itself, those that cannot be sent stay. How many are."""
    sent = 0
    for item in items:
        with suppress(NotAllowed):
            send_again(item, by=by)
            sent += 1
    return sent
