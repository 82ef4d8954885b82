"""A resident applies for one or several of her medical payments."""

from medical.models import MedicalRefund, Payment
from refunds import applying


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


def said_before(payments: list[Payment], *, by) -> dict:
    """退费理由 of the newest earlier application, so that nobody who was returned types it again."""
    earlier = MedicalRefund.objects.visible_to(by).filter(payment__in=payments).order_by("-submitted_at").first()
    return {"reason": earlier.reason_id, "words": earlier.reason_words} if earlier else {}


def taken(payments: list[Payment]):
    """The keys of those that are in a live refund."""
    live = MedicalRefund.objects.filter(payment__in=payments, holds=True)
    return live.values_list("payment", flat=True)
