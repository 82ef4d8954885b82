"""少付 as its applicant is told of it."""

from decimal import Decimal

from handoff.models import Inquiry, WorkItem, WorkItemKind
from refunds.models import RefundApplication


def short_of(sender: type, refund: RefundApplication, **_signal: object) -> Decimal | None:
    """Receiver of `refunds.way.short.asked`: what the letter of the agency says is missing, until an officer has closed the item."""
    item = WorkItem.objects.filter(kind=WorkItemKind.UNDERPAID, number=refund.number, closed_at=None).first()
    if item is None:
        return None
    letters = Inquiry.objects.filter(
        instruction_id=item.instruction_id, agency=item.agency, actual_amount__isnull=False
    )
    letter = letters.filter(confirmed_by__isnull=False).order_by("id").last()
    return -letter.difference if letter else None
