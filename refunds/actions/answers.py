"""What an agency and the bank answer. One message may take several of these steps, so they work on the row that the caller has
`locked()`, in the transaction that locked it. What becomes of single people is said once, before the last step
(`refund.people.settle`)."""

from datetime import date, datetime
from typing import Any

from refunds.actions.base import save
from refunds.models import RefundApplication


def acknowledge(refund: RefundApplication, *, by: str) -> RefundApplication:
    """The agency has the instruction."""
    refund.acknowledge()
    return save(refund, "acknowledge", by=by)


def refuse(refund: RefundApplication, *, by: str, reason: str) -> RefundApplication:
    """人社退回: the agency will not refund."""
    refund.refuse(reason=reason)
    return save(refund, "refuse", by=by)


def accept(refund: RefundApplication, *, by: str) -> RefundApplication:
    """The agency agreed; the bank pays."""
    refund.accept()
    return save(refund, "accept", by=by)


def pay(refund: RefundApplication, *, by: str, on: date, attempt: int) -> RefundApplication:
    """退费成功: the bank paid on that date."""
    refund.pay(on=on, attempt=attempt)
    return save(refund, "pay", by=by)


def bounce(refund: RefundApplication, *, by: str, reason: str) -> RefundApplication:
    """退付失败: the bank could not pay."""
    refund.bounce(reason=reason)
    return save(refund, "bounce", by=by)


def return_payment(refund: RefundApplication, *, by: str, reason: str) -> RefundApplication:
    """银行退汇: the money that was paid came back."""
    refund.return_payment(reason=reason)
    return save(refund, "return_payment", by=by)


def pay_after_all(
    refund: RefundApplication, *, by: str, on: date, attempt: int, payee: dict[str, Any]
) -> RefundApplication:
    """The bank paid what it had reported as failed, to the account of that attempt (`payee` as it stands on the wire)."""
    refund.pay_after_all(on=on, attempt=attempt)
    refund.set_payee(payee)
    return save(refund, "pay_after_all", by=by)


def note_verified(refund: RefundApplication, *, at: datetime) -> None:
    """社保部门核验时间: when the agency answered, by its own clock. Its first word counts, whichever message brings it."""
    if refund.verified_at is None or at < refund.verified_at:
        refund.verified_at = at
        refund.save(update_fields=["verified_at"])
