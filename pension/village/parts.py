"""What became of the people of a batch, in numbers that add up: passed, left out, returned, paid (P3-18, P3-21)."""

from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum

from pension.models import PensionRefundLine
from refunds.people import Part, Parts
from refunds.states import LineOutcome, Outcome, RefundStatus, ReviewResult, ReviewStatus

# The lines of each outcome. Until the decision everybody is 处理中 (`whole`).
OUTCOMES = {
    Outcome.PAID: Q(left_out=None, outcome=LineOutcome.PAID),
    Outcome.RETURNED: Q(left_out=None, outcome=LineOutcome.RETURNED),
    Outcome.LEFT_OUT: Q(left_out__isnull=False),
    Outcome.OPEN: Q(left_out=None, outcome=LineOutcome.OPEN),
    Outcome.WITHDRAWN: Q(pk=None),
}
# 部分成功: what came back of a batch that was paid.
PARTIAL = Exists(PensionRefundLine.objects.filter(OUTCOMES[Outcome.RETURNED], refund=OuterRef("pk")))


def whole(refund) -> str:
    """The one outcome of everybody, while or because the batch was decided as a whole; else empty."""
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return Outcome.WITHDRAWN
    if refund.review_status != ReviewStatus.COMPLETED:
        return Outcome.OPEN
    return Outcome.LEFT_OUT if refund.refund_status == RefundStatus.TAX_RETURNED else ""


def parts_of(refunds) -> dict:
    """The Parts of each batch, by its primary key. One query, however many they are."""
    found = PensionRefundLine.objects.filter(refund__in=[refund.pk for refund in refunds]).values("refund")
    for code, condition in OUTCOMES.items():
        wanted = {f"n_{code}": Count("pk", filter=condition), f"sum_{code}": Sum("amount", filter=condition)}
        found = found.annotate(**wanted)
    numbers = {row["refund"]: row for row in found}
    return {refund.pk: _parts(refund, numbers.get(refund.pk, {})) for refund in refunds}


def _parts(refund, row) -> Parts:
    parts = {code: Part(row.get(f"n_{code}", 0), row.get(f"sum_{code}") or Decimal(0)) for code in OUTCOMES}
    everybody = together(parts.values())
    if one := whole(refund):
        parts = {code: everybody if code == one else Part() for code in OUTCOMES}
    passed = refund.review_result == ReviewResult.PASSED
    kept = together(part for code, part in parts.items() if code != Outcome.LEFT_OUT)
    return Parts(
        everybody=everybody,
        passed=kept if passed else Part(),
        **{code.value: part for code, part in parts.items()},
    )


def together(parts) -> Part:
    """What these come to."""
    parts = list(parts)
    return Part(sum(part.people for part in parts), sum((part.amount for part in parts), Decimal(0)))
