"""What contradicts itself stands still until a person has asked: frozen, settled, or stopped for good.

`handoff` decides when; these verbs work on the row that it has `locked()`, in its transaction.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from accounts.models import User
from refunds import errors, schemes
from refunds.actions.base import locked, save
from refunds.models import RefundApplication, RejectReason
from refunds.states import RELEASING, RefundStatus

# Why an application ends as 税务退回 without an officer's 不通过: reasons that no form offers.
RECALLED, STOPPED = "recalled", "stopped"


def dispute(refund: RefundApplication, *, by: User | str) -> list[RefundApplication]:
    """Freeze it. Payments that were free are taken again; what has them by now is frozen with it. All that are frozen."""
    number = _number(refund)
    refund.disputed = number
    others = [locked(other) for other in refund.hold()]
    for one in (refund, *others):
        one.disputed = number
        save(one, "dispute", by=by)
    return [refund, *others]


def settle(
    refund: RefundApplication,
    *,
    to: RefundStatus,
    by: User,
    reason: str = "",
    on: date | None = None,
    attempt: int | None = None,
    payee: dict[str, Any] | None = None,
    among: Collection[str] | None = None,
) -> list[RefundApplication]:
    """Bring it to what the agency says of the attempt that holds the money (`among`: the tickets that are not returned), and let
    all that was frozen go on. All that were.

    Raises NotAllowed while a newer application has one of the payments: that one is settled first.
    """
    if to not in RELEASING and (others := refund.hold(among)):
        named = "、".join(others)
        raise errors.NotAllowed(f"这笔缴费已在 {named} 中再次申请，请先对它作出不通过的决定，再处理这里。")
    if refund.refund_status != to or refund.paid_attempt != attempt:
        refund.repair(to=to, reason=reason, on=on, attempt=attempt)
    if payee:
        refund.set_payee(payee)
    frozen = [refund, *(locked(number) for number in _frozen_with(refund))]
    for one in frozen:
        one.disputed = ""
        save(one, "settle", by=by)
    return frozen


def _frozen_with(refund: RefundApplication) -> list[str]:
    """The numbers of the other applications that this one holds still."""
    return [
        str(number)
        for scheme in schemes.every()
        for number in scheme.model.objects.filter(disputed=_number(refund))
        .exclude(number=refund.number)
        .values_list("number", flat=True)
    ]


def stop(refund: RefundApplication, *, by: User | str, why: str) -> RefundApplication:
    """撤回移交 (RECALLED) or 停付 (STOPPED): nobody will pay it, and the applicant may apply again."""
    refund.stop(reason=RejectReason.objects.get(code=why))
    return save(refund, "recall" if why == RECALLED else "stop", by=by)


def _number(refund: RefundApplication) -> str:
    assert refund.number, "what an agency speaks of was submitted"
    return refund.number
