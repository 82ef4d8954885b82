"""What the resident's tables show of a payment and of an application (M2-06, M2-14)."""

from dataclasses import dataclass

from medical.models import MedicalRefund, Payment
from refunds.states import RefundStatus, ReviewResult, ReviewStatus

AT_BANK = {RefundStatus.PAYING: "退付中", RefundStatus.REFUNDED: "退付成功", RefundStatus.PAYMENT_FAILED: "退付失败"}
VERIFIED = {
    RefundStatus.AGENCY_PROCESSING: "核验中",
    **dict.fromkeys(AT_BANK, "核验通过"),
    RefundStatus.AGENCY_RETURNED: "核验未通过",
}


@dataclass(frozen=True)
class Row:
    """A payment with its newest application, unless that was withdrawn (I-06)."""

    payment: Payment
    refund: MedicalRefund | None
    can_withdraw = False  # the manual has no 撤销退费 in this list; the application's own page has it

    @property
    def can_apply(self) -> bool:
        """Whether 申请退费 takes it: no live refund holds it, and the tax core system did not take it back."""
        return self.payment.stands and not (self.refund is not None and self.refund.holds)


@dataclass(frozen=True)
class Cell:
    """A cell of the progress table: the word, the code of its tone, and why."""

    label: str
    tone: str
    words: str = ""


def rows_of(payments, refunds=None) -> list[Row]:
    """With one query for all their applications, unless these are known already."""
    if refunds is None:
        wanted = [payment.refund_id for payment in payments if payment.refund_id]
        refunds = MedicalRefund.objects.filter(pk__in=wanted)
    live = {refund.pk: refund for refund in refunds if refund.refund_status != RefundStatus.NOT_APPLIED}
    return [Row(payment, live.get(payment.refund_id)) for payment in payments]


def tax_opinion(refund) -> Cell:
    """税务机关意见 (M2-14)."""
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return Cell("已撤销", "withdrawn")
    if refund.review_result == ReviewResult.NONE:
        return Cell(refund.review_label, "pending")
    label = ReviewResult(refund.review_result).label
    if refund.review_result == ReviewResult.PASSED:
        return Cell(label, refund.review_result)
    return Cell(label, refund.review_result, "，".join(filter(None, [refund.reject_reason.label, refund.remark])))


def agency_answer(refund) -> Cell | None:
    """社保部门核验结果 (M1-15), or that it is being clarified; None before the agency has it."""
    if refund.disputed:
        return Cell("核实中", "pending", refund.subline)
    label = VERIFIED.get(refund.refund_status)
    if label is None:
        return None
    returned = refund.refund_status == RefundStatus.AGENCY_RETURNED
    tone = "failed" if returned else "pending" if label == "核验中" else "passed"
    return Cell(label, tone, refund.agency_reason if returned else "")


def bank_answer(refund) -> Cell | None:
    """银行退付结果 (M1-15); None before the bank has it."""
    label = AT_BANK.get(refund.refund_status)
    if label is None:
        return None
    words = refund.agency_reason if refund.refund_status == RefundStatus.PAYMENT_FAILED else ""
    return Cell(label, refund.refund_status, words)


def twins(payments) -> set:
    """The keys of those that have another ticket of the same enrolment and year beside them: one of the two may be a correction."""
    standing = [payment for payment in payments if payment.stands]
    return {
        one.pk
        for one in standing
        for other in standing
        if other.pk != one.pk and (other.enrolment_id, other.year) == (one.enrolment_id, one.year)
    }
