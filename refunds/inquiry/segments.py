"""查询中心: one's own applications by whose move it is and what became of them. Each stands in exactly one segment."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from foundation.postgres.together import fetched
from refunds.states import RETURNED, RefundStatus, ReviewStatus


class Segment(models.TextChoices):
    """In the order of the row of links."""

    TODO = "todo", "要我处理"
    UNDER_WAY = "under-way", "办理中"
    PAID = "paid", "已到账"
    RETURNED = "returned", "未通过"
    WITHDRAWN = "withdrawn", "已撤销"


# What waits for the applicant stands above everything else, up to so many: more of them stand in their own segment and in their turn.
ABOVE = 50
_OF = Case(
    When(review_status=ReviewStatus.WITHDRAWN, then=Value(Segment.WITHDRAWN)),
    When(~Q(disputed=""), then=Value(Segment.UNDER_WAY)),
    When(refund_status=RefundStatus.PAYMENT_FAILED, corrected="", then=Value(Segment.TODO)),
    When(~Q(corrected=""), review_status=ReviewStatus.PENDING, then=Value(Segment.TODO)),
    When(refund_status=RefundStatus.REFUNDED, then=Value(Segment.PAID)),
    When(refund_status__in=RETURNED, then=Value(Segment.RETURNED)),
    default=Value(Segment.UNDER_WAY),
    output_field=CharField(),
)


def counts(lists: Sequence[QuerySet[Any]]) -> Counter[str]:
    """How many stand in each segment, in one query; `lists` are one's own applications of each scheme."""
    found: Counter[str] = Counter()
    plain = [one.order_by().select_related(None).annotate(segment=_OF) for one in lists]
    for rows in fetched([one.values_list("segment").annotate(Count("pk")) for one in plain]):
        for segment, count in rows:
            found[segment] += count
    return found


def within(lists: Sequence[QuerySet[Any]], segment: str) -> list[QuerySet[Any]]:
    """Those of one segment."""
    return [one.alias(segment=_OF).filter(segment=segment) for one in lists]


def without(lists: Sequence[QuerySet[Any]], segment: str) -> list[QuerySet[Any]]:
    """All others."""
    return [one.alias(segment=_OF).exclude(segment=segment) for one in lists]


def first_of(lists: Sequence[QuerySet[Any]]) -> list[Any]:
    """What waits for the applicant, the newest first, in one query."""
    newest = fetched([one.order_by("-submitted_at", "-id")[:ABOVE] for one in within(lists, Segment.TODO)])
    return sorted((one for rows in newest for one in rows), key=lambda one: one.submitted_at, reverse=True)
