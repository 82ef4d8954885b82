"""What contradicts itself stands still until a person has asked: frozen, settled, or stopped for good.

`handoff` decides when; these verbs work on the row that it has `locked()`, in its transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from refunds import errors
from refunds.actions.base import again, frozen_with, hand_off, lifted, save, wanting
from refunds.actions.corrections import renew_record
from refunds.models import RefundApplication, RejectReason
from refunds.states import AFTER_THE_DECISION, RECALLED, RELEASING, RefundStatus


def dispute(refund: RefundApplication, *, by: User | str) -> list[RefundApplication]:
    """Freeze it. Payments that were free are taken again; what has them by now is frozen with it. All that are frozen."""
    others = [again(type(refund), number) for number in refund.holders()]
    refund.hold()
    # Who stands still already waits for that first; `_lift` looks for this dispute then.
    for one in (refund, *(other for other in others if not other.disputed)):
        one.disputed = str(refund.number)
        save(one, "dispute", by=by)
    renew_record(refund)
    return [refund, *others]


@dataclass(frozen=True)
class Found:
    """Where an application stands by the agency's answers: `on`, `attempt` and `payee` where it was paid, `reason` in the agency's
    words where it failed, `why` (STOPPED, SUPERSEDED) where it is 税务退回."""

    to: RefundStatus
    reason: str = ""
    on: date | None = None
    attempt: int | None = None
    # Those that were made: what was taken back was counted as one more.
    attempts: int | None = None
    payee: dict[str, Any] | None = None
    why: str = ""


def settle(
    refund: RefundApplication,
    found: Found,
    *,
    by: User,
    among: Collection[str] | None = None,
    proposed_by: User | None = None,
) -> RefundApplication:
    """Bring it to what the agency says of the attempt that holds the money (`among`: the tickets that are not returned), and let
    all that was frozen go on. `proposed_by` where another officer did and `by` confirms.

    Raises NotAllowed while a newer application has one of the payments: that one is settled first.
    """
    if found.to not in RELEASING:
        if others := refund.holders(among):
            raise errors.NotAllowed(f"这笔缴费已在 {'、'.join(others)} 中再次申请，请先处理那一笔。")
        refund.hold(among)
    if refund.refund_status in AFTER_THE_DECISION:
        _restate(refund, found)
    elif refund.refund_status != found.to:
        _restate_undone(refund, found, by=by, proposed_by=proposed_by)
    others = frozen_with(str(refund.number))
    _lift(refund, by=by)
    for number in others:
        _lift(again(type(refund), number), by=by)
    return refund


def settle_newer(refund: RefundApplication, found: Found, *, by: User) -> RefundApplication:
    """The same for one that is frozen with an older one: what it lets go passes back, and otherwise it stays frozen."""
    return save(refund, "settle", by=by) if _restate(refund, found) else refund


def _restate(refund: RefundApplication, found: Found) -> bool:
    """Whether that is news; saved by whoever calls it."""
    is_news = bool(refund.refund_status != found.to or refund.paid_attempt != found.attempt)
    if is_news:
        why = RejectReason.objects.get(code=found.why) if found.why else None
        refund.attempt = min(refund.attempt, found.attempts or refund.attempt)
        refund.repair(to=found.to, reason=found.reason, on=found.on, attempt=found.attempt, why=why)
    if found.payee:
        refund.set_payee(found.payee)
    return is_news


def _restate_undone(refund: RefundApplication, found: Found, *, by: User, proposed_by: User | None) -> None:
    """The decision was taken back, and it was paid all the same: it stands again, for exactly those of its handoff
    (`People.stand_again`)."""
    if found.on is None or found.attempt is None or proposed_by is None:
        raise errors.NotAllowed("这笔申请的决定已收回，只有对方确认已退付时才能按答复更正。")
    refund.attempt = found.attempts or found.attempt
    refund.pay_undone(on=found.on, attempt=found.attempt, at=timezone.now(), proposed_by=proposed_by, by=by)
    if found.payee:
        refund.set_payee(found.payee)


def _lift(refund: RefundApplication, *, by: User) -> None:
    """It goes on, unless another dispute waits for a payment that it holds."""
    refund.disputed = next(wanting(refund), "")
    goes_on = not refund.disputed or refund.refund_status in RELEASING
    save(refund, "settle" if goes_on else "dispute", by=by)
    if refund.refund_status not in RELEASING:
        renew_record(refund)
    if goes_on:
        lifted.send(sender=type(refund), refund=refund)


def stop(refund: RefundApplication, *, by: User | str, why: str) -> RefundApplication:
    """撤回移交 (RECALLED) or 停付 (STOPPED): nobody will pay it, and the applicant may apply again."""
    refund.stop(reason=RejectReason.objects.get(code=why))
    return save(refund, "recall" if why == RECALLED else "stop", by=by)


def give_way(refund: RefundApplication, *, by: User, why: str) -> RefundApplication:
    """The older application of the same payment is the one that is paid. This one ends, and its claim passes back."""
    refund.give_way(reason=RejectReason.objects.get(code=why))
    return save(refund, "give_way", by=by)


def set_apart(refund: RefundApplication, *, by: User) -> RefundApplication:
    """The same of single people of a batch, whose lines are given up already: all others are handed off under the next number."""
    refund.set_apart()
    hand_off(refund, "set_apart", by=by)
    renew_record(refund)
    return refund
