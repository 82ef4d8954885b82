"""What one row of the resident's table shows (P2-03): a payment and the words for its newest application."""

from dataclasses import dataclass

from pension.codes import AGENCY
from pension.models import Payment, PensionRefund
from refunds.states import LineOutcome, RefundStatus, ReviewResult, ReviewStatus, resident_label, resident_subline

# 查询状态: the words a resident may filter by. 已申请 is the manual's older word for anything applied for (I-05).
STATUS_FILTER = {"未申请": set(), "已申请": set(RefundStatus) - {RefundStatus.NOT_APPLIED}}
for _status in RefundStatus:
    STATUS_FILTER.setdefault(resident_label(_status, AGENCY), set()).add(_status)
# What became of her part of a batch that was paid to her village (domain.md N5).
HANDED_OUT, SIGNED = "村组已为您退费", "已签收"


@dataclass(frozen=True)
class Row:
    """`refund` is the newest application, unless that was withdrawn. The states are those of this payment in it:

    a batch may be paid while this person was left out of it, or returned by the agency.
    """

    payment: Payment
    refund: PensionRefund | None

    @property
    def can_apply(self) -> bool:
        """Whether 申请退费 takes it."""
        return self.payment.is_applicable and not self.payment.held

    @property
    def can_withdraw(self) -> bool:
        """Whether 撤销退费 takes it: what the village applied for is the village's to withdraw."""
        return self.refund is not None and self.is_own and self.refund.can_withdraw

    @property
    def left_out(self) -> bool:
        decided = self.refund is not None and self.refund.review_status == ReviewStatus.COMPLETED
        return decided and bool(self.payment.line_left_out)

    @property
    def status(self) -> str:
        if self.refund is None:
            return RefundStatus.NOT_APPLIED
        if self.left_out:
            return RefundStatus.TAX_RETURNED
        if self.payment.line_outcome == LineOutcome.RETURNED:
            return RefundStatus.AGENCY_RETURNED
        return self.refund.refund_status

    @property
    def status_label(self) -> str:
        return resident_label(self.status, AGENCY)

    @property
    def subline(self) -> str:
        if self.refund is not None and (self.refund.disputed or self.refund.on_behalf):
            return self.refund.subline
        if self.refund is not None and not self.is_own and self.status == RefundStatus.REFUNDED:
            return f"{HANDED_OUT}，{SIGNED}" if self.payment.line_receipt == self.refund.paid_attempt else HANDED_OUT
        return resident_subline(self.status, AGENCY)

    @property
    def result(self) -> str:
        if self.refund is None:
            return ReviewResult.NONE
        return ReviewResult.FAILED if self.left_out else self.refund.review_result

    @property
    def result_label(self) -> str:
        return ReviewResult(self.result).label

    @property
    def is_own(self) -> bool:
        """Whether the resident applied, and not her village."""
        return self.refund is not None and self.refund.organisation_id is None


def rows_of(payments, refunds: dict) -> list[Row]:
    """`refunds` by id. A withdrawn application leaves its payment 未申请 (I-06)."""
    rows = []
    for payment in payments:
        refund = refunds.get(payment.refund_id)
        if refund and refund.refund_status == RefundStatus.NOT_APPLIED:
            refund = None
        rows.append(Row(payment, refund))
    return rows


def twins(payments) -> set:
    """The keys of those that have another ticket of the same kind and time beside them: one of the two may be a correction."""
    standing = [payment for payment in payments if payment.stands]
    return {
        one.pk
        for one in standing
        for other in standing
        if other.pk != one.pk
        and other.payment_type == one.payment_type
        and other.period_start <= one.period_end
        and other.period_end >= one.period_start
    }
