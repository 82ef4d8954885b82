"""A resident applies for one or several of her medical payments."""

from bankreports import register
from medical.models import MedicalRefund, Payment
from refunds import applying
from refunds.states import RETURNED


def apply(payments: list[Payment], *, account: dict, reason, words: str, by, key) -> list[MedicalRefund]:
    """One application per payment, all or none. The same `key` again gives the same applications.

    `account` is what `MedicalRefund.set_account` takes. Raises AlreadyClaimed when one of them has a live refund.
    """

    def make(payment):
        refund = MedicalRefund.of_payment(payment)
        refund.set_account(account)
        refund.reason, refund.reason_words = reason, words
        return refund

    return applying.apply_once(MedicalRefund, payments, make=make, by=by, key=key)


def earlier(payments: list[Payment], *, by) -> MedicalRefund | None:
    """Her newest application for one of them that came back to her."""
    own = MedicalRefund.objects.visible_to(by).filter(payment__in=payments, refund_status__in=RETURNED)
    return own.select_related("reject_reason").order_by("-submitted_at").first()


def answers(refund: MedicalRefund) -> dict:
    """What she said in it, for its own applicant's form. Its account, where it can be used as it was."""
    person, phone = refund.applicant, refund.contact_phone
    assert person, "only people apply here"
    assert phone, "complete once submitted"
    usable = register.usable(person).filter(account_index=refund.account_index).first()
    return {
        "account": usable.pk if usable else None,
        # What is registered anyway is not shown whole.
        "contact_phone": "" if phone == person.phone else phone.reveal("its own applicant applies again with it"),
        "reason": refund.reason_id,
        "words": refund.reason_words,
    }


def taken(payments: list[Payment]):
    """The keys of those that are in a live refund."""
    live = MedicalRefund.objects.filter(payment__in=payments, holds=True)
    return live.values_list("payment", flat=True)
