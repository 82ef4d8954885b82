"""What every verb stands on: the locked row, the saved state, and who else is told inside the transaction."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import User
from refunds import errors, schemes
from refunds.history import acting
from refunds.models import RefundApplication
from refunds.parameters import calendar
from refunds.states import AFTER_THE_DECISION, RELEASING, ReviewStatus
from refunds.visibility import RefundQuerySet

Refund = TypeVar("Refund", bound=RefundApplication)

WAITING_FOR_AN_OFFICER = (ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN)

# The arrows that run backwards: an approved refund is handed off, and a handoff that nobody has seen is called back, but
# `refunds` does not know `handoff`. Sent inside the transaction of the decision, with `refunds` of one scheme in their new state
# (`handoff_called_back`: with one `refund`); a receiver that raises undoes the decision.
ready_for_handoff = Signal()
handoff_called_back = Signal()
# And one more: applicants are told (`inbox`). Sent inside the transaction of each change, with `refunds` and `action`, the word
# in the history; a receiver that raises undoes the change.
changed = Signal()
# What the ledger says against applications has changed, or goes on standing against them: whoever notices (`review`) and whoever
# has to act (`handoff`) looks again. Sent inside the transaction, with `refunds` as they are now.
record_changed = Signal()
# And the last: what was frozen goes on (`handoff`). Sent inside the transaction, with `refund`; saying it again adds nothing.
lifted = Signal()


def locked(number: str, *, by: User | None = None) -> RefundApplication:
    """The application, its row locked until the transaction ends; through the actor's eyes if there is one.

    What a dispute ties together is locked together, by number, the older first: whoever comes from the older one and whoever
    comes from the newer one wait for each other, and never both at once. Raises NoSuchApplication.
    """
    scheme = schemes.of_number(number)
    if scheme is None:
        raise errors.NoSuchApplication
    rows = scheme.model.objects.all() if by is None else scheme.model.objects.visible_to(by)
    refund, names = _locked_at_once(rows, number, {number})
    while refund is None:
        refund, names = _locked_at_once(scheme.model.objects.all(), number, names)
    return refund


def _locked_at_once(
    rows: RefundQuerySet[RefundApplication], number: str, names: set[str]
) -> tuple[RefundApplication | None, set[str]]:
    """The application, with all of `names` locked; or None, with none of them locked, and whose they have to be."""
    with transaction.atomic():
        found = rows.select_for_update(of=("self",)).filter(number__in=names).order_by("number")
        refund = next((row for row in found if row.number == number), None)
        if refund is None:
            raise errors.NoSuchApplication
        needed = together(refund)
        if needed <= names:
            return refund, names
        transaction.set_rollback(True)  # to before they were locked
    return None, needed


def together(refund: RefundApplication) -> set[str]:
    """The numbers of what is locked with it: its own, those of the disputes it is frozen by, and those it freezes or would."""
    assert refund.number, "only what was submitted is looked for"
    names = {refund.number}
    if refund.disputed:
        names |= {*wanting(refund), *frozen_with(refund.number)}
    many_may_be_free = refund.people.many and refund.refund_status in AFTER_THE_DECISION
    if refund.refund_status in RELEASING or many_may_be_free:
        names |= set(refund.holders())
    return names


def wanting(refund: RefundApplication) -> Iterator[str]:
    """The numbers of the other applications whose dispute waits for a payment that this one holds."""
    disputes = type(refund)._default_manager.filter(disputed__gt="", disputed=F("number")).exclude(pk=refund.pk)
    return (str(one.number) for one in disputes.order_by("number") if refund.number in one.holders())


def frozen_with(number: str) -> list[str]:
    """The numbers of the other applications that stand still because of the dispute of that one."""
    scheme = schemes.of_number(number)
    if scheme is None:
        return []
    others = scheme.model.objects.filter(disputed=number).exclude(number=number)
    return [str(other) for other in others.order_by("number").values_list("number", flat=True)]


def again(model: type[RefundApplication], number: str) -> RefundApplication:
    """One of those that are `locked` together, as it is now."""
    return model._default_manager.select_for_update(of=("self",)).get(number=number)


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


def run_clock(refund: RefundApplication) -> None:
    """参考时限 stands still while what is not decided is being clarified, and goes on by as many working days later."""
    if (refund.disputed or refund.corrected) and refund.review_status in WAITING_FOR_AN_OFFICER:
        refund.paused_on = refund.paused_on or timezone.localdate()
    elif refund.paused_on and refund.due_on:
        stood = -calendar.left(refund.paused_on)
        refund.due_on, refund.paused_on = calendar.after(refund.due_on, max(0, stood)), None


def save(refund: Refund, action: str, *, by: User | str) -> Refund:
    """The state that a transition has set. Payments that it lets go are free, or pass to those whose disputes wait for them."""
    assert connection.in_atomic_block, "a verb of an agency belongs into the transaction that locked its row"
    was_frozen, older = False, []
    refund.taken_by = refund.taken_until = None  # who had it is done with it
    if refund.refund_status in RELEASING and refund.disputed != refund.number:
        was_frozen = bool(refund.disputed)
        older = list(wanting(refund)) if was_frozen else []
        refund.disputed = ""
        refund.release()
    run_clock(refund)
    with acting(action, by=by):
        refund.save()
    for number in older:
        one = again(type(refund), number)
        one.hold()
        one.save()
    announce([refund], action)
    if refund.corrected:
        record_changed.send(sender=type(refund), refunds=[refund])
    if was_frozen:
        lifted.send(sender=type(refund), refund=refund)
    return refund
