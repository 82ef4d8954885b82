"""What one row of the resident's table shows (P2-03): a payment and the words for its newest application."""

from dataclasses import dataclass

from pension.models import Payment, PensionRefund
from pension.scheme import PENSION
from refunds.states import RefundStatus, resident_label

AGENCY = PENSION.agency_name

# 查询状态: the words a resident may filter by. 已申请 is the manual's older word for anything applied for (I-05).
STATUS_FILTER = {"未申请": set(), "已申请": set(RefundStatus) - {RefundStatus.NOT_APPLIED}}
for _status in RefundStatus:
    STATUS_FILTER.setdefault(resident_label(_status, AGENCY), set()).add(_status)


@dataclass(frozen=True)
class Row:
    """`refund` is the newest application, unless that was withdrawn."""

    payment: Payment
    refund: PensionRefund | None

    @property
    def status(self) -> str:
        return self.refund.refund_status if self.refund else RefundStatus.NOT_APPLIED

    @property
    def status_label(self) -> str:
        return resident_label(self.status, AGENCY)


def rows_of(payments, refunds: dict) -> list[Row]:
    """`refunds` by id. A withdrawn application leaves its payment 未申请 (I-06)."""
    rows = []
    for payment in payments:
        refund = refunds.get(payment.refund_id)
        if refund and refund.refund_status == RefundStatus.NOT_APPLIED:
            refund = None
        rows.append(Row(payment, refund))
    return rows
