"""What a clerk sees of her village's refunds when she comes in: money in sums that add up, batches, people without money, and the
text for the village's group (domain.md N5)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from pension.models import PensionRefund, PensionRefundLine
from pension.village import handing_out
from pension.village.begun import title_of
from pension.village.parts import OUTCOMES, parts_of, together
from refunds.people import Part
from refunds.said import ToSign
from refunds.states import Outcome, RefundStatus, ReviewStatus

# The newest of them are shown, everything is in 退费进度.
BATCHES, NAMES = 5, 3


@dataclass(frozen=True)
class Overview:
    """`passed` = `paid` + `coming` + what the bank gave back; `returned` is that and what the tax office did not pass. `stuck` is
    what of `coming` does not come before the clerk gives another account."""

    waiting: Part
    passed: Part
    paid: Part
    coming: Part
    stuck: Part
    returned: Part
    batches: list
    count: int
    without: list
    notice_text: str


def overview_of(user) -> Overview:
    """Of all batches of the clerk's village that were not taken back. Its number of queries is the same for all."""
    own = PensionRefund.objects.visible_to(user).exclude(review_status=ReviewStatus.WITHDRAWN)
    refunds: list[Any] = list(
        own.select_related("collective", "organisation", "office").order_by("-submitted_at", "-id")
    )
    parts = parts_of(refunds)
    for refund in refunds:
        refund.parts = parts[refund.pk]
        refund.title = title_of(refund.collective)
    unsigned = unsigned_of(refunds)
    newest = next((refund for refund in refunds if refund.refund_status == RefundStatus.REFUNDED), None)
    passed = _sum(refunds, lambda parts: parts.passed)
    paid = _sum(refunds, lambda parts: parts.paid)
    back = _sum([refund for refund in refunds if refund.parts.passed.people], lambda parts: parts.returned)
    return Overview(
        waiting=_sum([refund for refund in refunds if not refund.review_result], lambda parts: parts.everybody),
        passed=passed,
        paid=paid,
        coming=Part(passed.people - paid.people - back.people, passed.amount - paid.amount - back.amount),
        stuck=_sum([refund for refund in refunds if refund.can_correct_account], lambda parts: parts.open),
        returned=_sum(refunds, lambda parts: together([parts.returned, parts.left_out])),
        batches=refunds[:BATCHES],
        count=len(refunds),
        without=_without(refunds),
        notice_text=handing_out.notice_of(newest, unsigned.get(newest.pk, 0)) if newest else "",
    )


def to_sign(user) -> list[ToSign]:
    """Batches with people who have their money and have not signed for it."""
    own = PensionRefund.objects.visible_to(user).filter(refund_status=RefundStatus.REFUNDED)
    refunds = {
        refund.pk: refund for refund in own.select_related("collective", "office").order_by("-submitted_at", "-id")
    }
    unsigned, parts = unsigned_of(refunds.values()), parts_of(refunds.values())
    for pk, refund in refunds.items():
        refund.parts = parts[pk]
    return [
        ToSign(
            refund, title_of(refund.collective), unsigned[pk], reverse("pension:village-roster", args=[refund.number])
        )
        for pk, refund in refunds.items()
        if pk in unsigned
    ]


def unsigned_of(refunds) -> dict:
    """How many of each batch were paid and have not signed, where there are any. One query."""
    paid = PensionRefundLine.objects.filter(OUTCOMES[Outcome.PAID], refund__in=[refund.pk for refund in refunds])
    open_ones = paid.exclude(receipt__attempt=F("refund__paid_attempt"))
    return dict(open_ones.order_by().values("refund").annotate(people=Count("pk")).values_list("refund", "people"))


def _without(refunds) -> list[tuple]:
    """(batch, people whose money has not come, the first names of those whom the bank gave back), the newest first. One query."""
    open_ones = [refund for refund in refunds if refund.parts.open.people or refund.parts.returned.people][:BATCHES]
    back = PensionRefundLine.objects.filter(OUTCOMES[Outcome.RETURNED], refund__in=[refund.pk for refund in open_ones])
    # The first of each batch, or a large one would leave none to the others.
    place = Window(RowNumber(), partition_by="refund", order_by="pk")
    first = back.annotate(place=place).filter(place__lte=NAMES).order_by("pk")
    names: dict = {}
    for refund, name in first.values_list("refund", "payment__person__name"):
        names.setdefault(refund, []).append(name)
    return [
        (refund, refund.parts.open.people + refund.parts.returned.people, names.get(refund.pk, []))
        for refund in open_ones
    ]


def _sum(refunds, part) -> Part:
    return together(part(refund.parts) for refund in refunds)
