"""What a row of the queue says beside the application itself: how long is left, what is known about it, who has it."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.conf import settings
from django.utils import timezone

from refunds import actions
from refunds.parameters import calendar
from refunds.states import ReviewStatus
from review.marks import MARKS
from review.queue.filters import SOON

OPEN = (ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN)


@dataclass(frozen=True)
class Limit:
    """时限 as words, a number and a tone (plain, near, over): never by colour alone."""

    tone: str
    words: str
    number: int | str = ""
    unit: str = ""


def describe(refund):
    """Adds `limit`, `shown_marks` and `holder_words` to an application of a page."""
    refund.limit = limit_of(refund)
    refund.shown_marks = marks_of(refund)
    refund.holder_words = _holder(refund)
    return refund


def limit_of(refund) -> Limit | None:
    """How many working days are left for the decision; None once there is one."""
    if refund.review_status not in OPEN:
        return None
    return Limit("plain", "计时暂停") if refund.paused_on else limit_until(refund.due_on)


def limit_until(due_on) -> Limit:
    """How many working days are left until that day, or how many it is late."""
    left = calendar.left(due_on)
    if left < 0 or due_on < timezone.localdate():
        return Limit("over", "超期", max(1, -left), "天")
    if left == 0:
        return Limit("near", "今天到期")
    return Limit("near" if left <= SOON else "plain", "还剩", left, "天")


def marks_of(refund) -> list[tuple[str, bool]]:
    """(words, whether in amber): how many people, whether a second officer is needed, and what was noticed."""
    marks = []
    if refund.organisation_id:
        marks.append((f"批量 {refund.people.count:,} 人", False))
    if refund.review_status == ReviewStatus.PENDING and refund.amount > Decimal(settings.COUNTERSIGN_LIMIT):
        marks.append(("需复核", True))
    return marks + [(MARKS[code], code == "again") for code in refund.marks if code in MARKS]


def _holder(refund) -> str:
    holder = actions.holder(refund) if refund.review_status in OPEN else None
    if holder is None:
        return ""
    return f"{holder.display_name} {max(1, ceil((refund.taken_until - timezone.now()).total_seconds() / 60))} 分钟"
