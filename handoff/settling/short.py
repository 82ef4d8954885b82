"""少付 as its applicant is told of it."""

from handoff.models import Inquiry, WorkItem, WorkItemKind
from refunds.models import RefundApplication
from refunds.way.short import Ending, Shortfall


def shortfalls(sender: type, refund: RefundApplication, **_signal: object) -> list[Shortfall]:
    """Receiver of `refunds.way.short.asked`: what the confirmed letters of the agency say was missing, and how each item ended.

    One query where there is no such letter, which is nearly always."""
    instructions = [f"{refund.number}-{attempt}" for attempt in range(1, refund.attempt + 1)]
    letters = Inquiry.objects.filter(instruction_id__in=instructions, actual_amount__isnull=False)
    confirmed = list(letters.filter(confirmed_by__isnull=False).order_by("id"))
    if not confirmed:
        return []
    items = WorkItem.objects.filter(kind=WorkItemKind.UNDERPAID, number=refund.number).order_by("id")
    told = [_told(item, [one for one in confirmed if one.instruction_id == item.instruction_id]) for item in items]
    return [shortfall for shortfall in told if shortfall]


def _told(item: WorkItem, letters: list[Inquiry]) -> Shortfall | None:
    """By the last letter that counted while the item was open."""
    short = [
        one for one in letters if one.difference < 0 and (item.closed_at is None or one.asked_at <= item.closed_at)
    ]
    if not short:
        return None
    return Shortfall(-short[-1].difference, item.opened_at, item.closed_at, _ending(item, letters[-1]))


def _ending(item: WorkItem, newest: Inquiry) -> Ending | None:
    if item.closed_at is None:
        return None
    if item.closed_by_id:
        return Ending.BY_HAND
    return Ending.PAID_IN_FULL if newest.difference >= 0 else Ending.RETURNED
