"""少付: less left the bank than was passed. Whoever hands off knows of it (`handoff`, which `refunds` does not know)."""

from decimal import Decimal

from django.dispatch import Signal

from refunds.models import RefundApplication
from refunds.states import RefundStatus

# Asks how many yuan of a `refund` are still to be paid by hand; a receiver answers with a sum, or with None.
asked = Signal()


def short_of(refund: RefundApplication) -> Decimal | None:
    """The yuan that are still to come, where less was paid than was passed."""
    if refund.refund_status != RefundStatus.REFUNDED or refund.disputed:
        return None
    answers: list[tuple[object, Decimal | None]] = asked.send(sender=type(refund), refund=refund)  # type: ignore[assignment]
    return next((said for _receiver, said in answers if said), None)
