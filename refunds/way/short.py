"""少付: less left the bank than was passed. Whoever hands off knows of it (`handoff`, which `refunds` does not know)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from django.dispatch import Signal

from refunds.models import RefundApplication
from refunds.states import RefundStatus

# Asks what was ever found to be missing of a `refund`; a receiver answers with a list of Shortfall, oldest first.
asked = Signal()
# Before the first payment nothing can be missing of it.
PAID = (RefundStatus.REFUNDED, RefundStatus.PAYMENT_FAILED)


class Ending(Enum):
    """How it came to an end."""

    BY_HAND = "an officer saw to it outside the portal"
    PAID_IN_FULL = "a later letter says that all of it was paid"
    RETURNED = "the bank returned the whole, which is paid again"


@dataclass(frozen=True)
class Shortfall:
    """`amount` yuan were missing by what came to light at `found_at`; `closed_at` and `ending` once that is over."""

    amount: Decimal
    found_at: datetime
    closed_at: datetime | None = None
    ending: Ending | None = None


def shortfalls_of(refund: RefundApplication) -> list[Shortfall]:
    """All that were found, oldest first. No query before it was paid once."""
    if refund.refund_status not in PAID and refund.attempt <= 1:
        return []
    answers: list[tuple[object, list[Shortfall]]] = asked.send(sender=type(refund), refund=refund)  # type: ignore[assignment]
    return [shortfall for _receiver, said in answers for shortfall in said]


def still_short(refund: RefundApplication, shortfalls: Iterable[Shortfall]) -> Decimal | None:
    """The yuan that are still to come, where less was paid than was passed."""
    if refund.refund_status != RefundStatus.REFUNDED or refund.disputed:
        return None
    return next((one.amount for one in shortfalls if one.closed_at is None), None)
