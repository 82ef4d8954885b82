"""A resident applies for one or several of her payments."""

from django.conf import settings

from pension.models import Payment, PensionRefund, PensionRefundLine
from refunds import applying, errors
from refunds.states import RETURNED


def apply(payments: list[Payment], *, account: dict, by, key) -> list[PensionRefund]:
    """One application per payment, all or none. The same `key` again gives the same applications.

    Raises NotRefundable for an arrived payment (P1-11), AlreadyClaimed when one of them has a live refund.
    """
    for payment in payments:
        if not payment.is_applicable:
            raise errors.NotRefundable(why_not(payment))

    def make(payment):
        refund = PensionRefund.of_payment(payment)
        refund.set_account(account)
        return refund

    return applying.apply_once(PensionRefund, payments, make=make, by=by, key=key)


def earlier(payments: list[Payment], *, by) -> PensionRefund | None:
    """Her newest application for one of them that came back to her."""
    own = PensionRefund.objects.visible_to(by).filter(lines__payment__in=payments, refund_status__in=RETURNED)
    return own.select_related("reject_reason").order_by("-submitted_at").first()


def answers(refund: PensionRefund) -> dict:
    """What she typed in it, for its own applicant's form."""
    number, phone, person = refund.account_number, refund.contact_phone, refund.applicant
    assert person, "a village applies elsewhere"
    assert number, "complete once submitted"
    assert phone, "complete once submitted"
    return {
        "account_type": refund.account_type,
        "account_number": number.reveal("its own applicant applies again with it"),
        "bank": refund.bank_code,
        "contact_name": refund.contact_name,
        # What is registered anyway is not shown whole.
        "contact_phone": "" if phone == person.phone else phone.reveal("its own applicant applies again with it"),
    }


def taken(payments: list[Payment]):
    """The keys of those that are in a live refund."""
    return PensionRefundLine.objects.filter(payment__in=payments, live=True).values_list("payment", flat=True)


def why_not(payment: Payment) -> str:
    """Why an arrived payment, or one that was taken back, cannot be applied for here, and whom to ask (P1-11)."""
    return payment.why_void or (
        f"{payment.year} 年的 {payment.amount} 元已到账，不能在网上申请退费。"
        f"正常已到账的缴费需联系税务人员发起退费申请：{payment.office.name}，或拨打 {settings.HOTLINE}。"
    )
