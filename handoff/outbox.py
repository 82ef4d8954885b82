"""What is handed to an agency, and by whose decision: made with the approval, sent again by a person."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from handoff import proposals
from handoff.models import Delivery, DeliveryStatus, WorkItem
from handoff.store import known, of_application
from handoff.tasks import defer_send, defer_sends
from refunds.errors import Corrected, NotAllowed, RefundError, TooLate
from refunds.models import RefundApplication
from refunds.parameters import values


def create(sender: type[RefundApplication], refunds: Sequence[RefundApplication], **_signal: object) -> None:
    """Receiver of `ready_for_handoff`: one delivery and one job each, in the transaction of the decision."""
    lines = sender.instruction_lines_of(refunds)
    known_there = _sent_before([refund.number or "" for refund in refunds])
    deliveries = [_delivery(refund, lines[refund.pk]) for refund in refunds]
    Delivery.objects.bulk_create(deliveries)
    first = [delivery for delivery in deliveries if delivery.number not in known_there]
    defer_sends(first, wait=values.whole("grace-seconds"))
    defer_sends([delivery for delivery in deliveries if delivery.number in known_there])


def _delivery(refund: RefundApplication, lines: list[dict[str, Any]]) -> Delivery:
    assert refund.number, "what is approved was submitted"
    message = instruction(refund, lines)
    return Delivery(
        agency=refund.scheme.agency,
        number=refund.number,
        instruction_id=refund.instruction_id,
        body=json.dumps(message, ensure_ascii=False),
        amount=message["amount"],
        tickets={line["ticket_number"]: line["amount"] for line in message["lines"]},
    )


def _sent_before(numbers: list[str]) -> set[str]:
    """Those of which the agency has heard: whoever decided may take a decision back only while it has not."""
    return set(known().filter(number__in=numbers, sent_at__isnull=False).values_list("number", flat=True))


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


def instruction(refund: RefundApplication, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The message to the agency, with full numbers (design.md section 7)."""
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
    """重新发送: a person decided to send a held delivery once more, unchanged. Raises NotAllowed for anything not held,
    Corrected for what the tax core system corrected meanwhile."""
    refund, locked_item = proposals.locked(item.pk, by=by)
    if locked_item.proposal:
        raise NotAllowed("这条异常有待复核的处理意见，请先确认或收回。")
    if refund.corrected:
        raise Corrected(refund)
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
        with suppress(RefundError):
            send_again(item, by=by)
            sent += 1
    return sent
