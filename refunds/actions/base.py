"""What every verb stands on: the locked row, the saved state, and who else is told inside the transaction."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection
from django.dispatch import Signal

from accounts.models import User
from refunds import errors, schemes
from refunds.history import acting
from refunds.models import RefundApplication
from refunds.states import RELEASING

Refund = TypeVar("Refund", bound=RefundApplication)

# The arrows that run backwards: an approved refund is handed off, and a handoff that nobody has seen is called back, but
# `refunds` does not know `handoff`. Sent inside the transaction of the decision, with `refunds` of one scheme in their new state
# (`handoff_called_back`: with one `refund`); a receiver that raises undoes the decision.
ready_for_handoff = Signal()
handoff_called_back = Signal()
# And one more: applicants are told (`inbox`). Sent inside the transaction of each change, with `refunds` and `action`, the word
# in the history; a receiver that raises undoes the change.
changed = Signal()


def locked(number: str, *, by: User | None = None) -> RefundApplication:
    """The application, its row locked until the transaction ends; through the actor's eyes if there is one.

    Raises NoSuchApplication.
    """
    scheme = schemes.of_number(number)
    if scheme is None:
        raise errors.NoSuchApplication
    rows = scheme.model.objects.all() if by is None else scheme.model.objects.visible_to(by)
    refund: RefundApplication | None = rows.select_for_update(of=("self",)).filter(number=number).first()
    if refund is None:
        raise errors.NoSuchApplication
    return refund


def hand_off(refund: RefundApplication, action: str, *, by: User) -> RefundApplication:
    """Saved, and handed off in the same transaction."""
    save(refund, action, by=by)
    pass_on([refund])
    return refund


def pass_on(refunds: Sequence[RefundApplication]) -> None:
    """Hand off what was decided."""
    tell(ready_for_handoff, type(refunds[0]), refunds=refunds)


def announce(refunds: Sequence[RefundApplication], action: str) -> None:
    """Tell whoever is to be told that something has changed."""
    changed.send(sender=type(refunds[0]), refunds=refunds, action=action)


def tell(signal: Signal, sender: type[RefundApplication], **about: object) -> None:
    """Exactly one room listens; without it, nothing is decided."""
    receivers = signal.send(sender=sender, **about)
    if len(receivers) != 1:
        raise RuntimeError(f"a decision needs exactly one handoff, not {len(receivers)}")


def save(refund: Refund, action: str, *, by: User | str) -> Refund:
    """The state that a transition has set. Payments that it lets go are free, or pass to the one whose dispute waits for them."""
    assert connection.in_atomic_block, "a verb of an agency belongs into the transaction that locked its row"
    waiting = ""
    refund.taken_by = refund.taken_until = None  # who had it is done with it
    if refund.refund_status in RELEASING and refund.disputed != refund.number:
        waiting, refund.disputed = refund.disputed, ""
        refund.release()
    with acting(action, by=by):
        refund.save()
    if waiting:
        older = locked(waiting)
        older.hold()
        older.save()
    announce([refund], action)
    return refund
