"""Everything that changes the state of a refund application. Pages, commands, callbacks and jobs call these and nothing else does.

A person's verb is atomic: lock, check, transition, save (the database writes the history row when a state changes), pass on.
An agency's verb works on a row that its caller has locked, inside the caller's transaction. Verb, transition and history say
the same word; above the limit, `approve` refers the case instead, and the history says `refer`. `by` is the acting User, or for
the agency's verbs the agency's code. All raise a `RefundError` with a sentence for the person who asked.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.dispatch import Signal
from django.utils import timezone
from psycopg.errors import UniqueViolation

from accounts.models import Role, User
from refunds import errors, numbering, schemes
from refunds.history import acting
from refunds.models import RefundApplication, RejectReason
from refunds.states import RELEASING, LineOutcome, ReviewStatus

Refund = TypeVar("Refund", bound=RefundApplication)

# The one arrow that runs backwards: an approved refund is handed off, but `refunds` does not know `handoff`. Sent inside the
# transaction of the decision, with `refund` in `approved`; a receiver that raises undoes the decision.
ready_for_handoff = Signal()
# And one more: applicants are told (`inbox`). Sent inside the transaction of each change, with `refund` and `action`, the word
# in the history; a receiver that raises undoes the change.
changed = Signal()


@transaction.atomic
def submit(refund: Refund, *, by: User, key: UUID) -> Refund:
    """申请退费 (P2-06, P3-16): store an application, or send off a draft, and take its payments. Raises AlreadyClaimed."""
    refund.number = numbering.next_number(refund.scheme.prefix)
    refund.submission_key = key
    refund.submitted_by = by
    refund.submit(at=timezone.now())
    try:
        # The constraint is the only gate: a look before the insert could not see a rival that has not committed.
        with transaction.atomic(), acting("submit", by=by):
            refund.save()
            refund.claim()
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise errors.AlreadyClaimed from error
        raise
    changed.send(sender=type(refund), refund=refund, action="submit")
    return refund


@transaction.atomic
def withdraw(number: str, *, by: User) -> RefundApplication:
    """撤销退费 (P2-07, P3-19): the applicant takes it back while it is 待审核. Raises NotWithdrawable."""
    refund = locked(number, by=by)
    if by.role not in (Role.RESIDENT, Role.CLERK):
        raise errors.NotAllowed("只有申请人可以撤销退费申请。")
    if not refund.can_withdraw:
        raise errors.NotWithdrawable(refund)
    refund.withdraw()
    return _save(refund, "withdraw", by=by)


@transaction.atomic
def leave_out(
    number: str, *, by: User, lines: list[int], reason: RejectReason | None, remark: str = ""
) -> RefundApplication:
    """Leave single people out of a batch with a reason, or (reason None) take them in again. Decided by 通过 only.

    `lines` are the scheme's own keys. Raises AlreadyDecided, NotAllowed.
    """
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING)
    refund.people.leave_out(lines, by=by, reason=reason, remark=remark)
    return refund


@transaction.atomic
def approve(number: str, *, by: User, seen: str | None = None) -> RefundApplication:
    """通过 (O-02, O-06): pass all who are not left out to the agency, or above the limit refer it to a countersigner.

    `seen` is what `refund.people.fingerprint()` was on the page of the decision. Raises AlreadyDecided, NotAllowed; LeftOutChanged
    when others are left out by now; EverybodyLeftOut when nobody would be passed.
    """
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING)
    if seen is not None and seen != refund.people.fingerprint():
        raise errors.LeftOutChanged
    amount = refund.people.amount_to_pass()
    if not amount:
        raise errors.EverybodyLeftOut
    if amount > Decimal(settings.COUNTERSIGN_LIMIT):
        # Those left out stay marks only: the countersigner may send the case back, and then they can be taken in again.
        refund.refer(by=by)
        return _save(refund, "refer", by=by)
    refund.people.drop_left_out()
    refund.approve(by=by)
    return _hand_off(refund, "approve", by=by)


@transaction.atomic
def countersign(number: str, *, by: User) -> RefundApplication:
    """复核通过: another officer confirms an amount above the limit. Raises AlreadyDecided, NotAllowed."""
    refund = _for_decision(number, by=by, role=Role.COUNTERSIGNER, status=ReviewStatus.COUNTERSIGN)
    assert refund.reviewed_by is not None, "whoever referred it"
    if refund.reviewed_by.person_id == by.person_id:
        raise errors.NotAllowed("初审由您本人办理，复核须由另一位税务人员办理。")
    refund.people.drop_left_out()
    refund.countersign(by=by)
    return _hand_off(refund, "countersign", by=by)


@transaction.atomic
def send_back(number: str, *, by: User, remark: str) -> RefundApplication:
    """退回初审, with a remark for the reviewer. Raises AlreadyDecided, NotAllowed."""
    refund = _for_decision(number, by=by, role=Role.COUNTERSIGNER, status=ReviewStatus.COUNTERSIGN)
    refund.send_back(remark=remark)
    return _save(refund, "send_back", by=by)


@transaction.atomic
def reject(number: str, *, by: User, reason: RejectReason, remark: str = "") -> RefundApplication:
    """不通过 (O-03): nothing is sent, the payment may be applied for again. Raises AlreadyDecided, NotAllowed."""
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING)
    refund.reject(by=by, reason=reason, remark=remark)
    return _save(refund, "reject", by=by)


@transaction.atomic
def correct_account(number: str, *, by: User, account: dict[str, Any]) -> RefundApplication:
    """更正账户: the decision stands, the next instruction carries the new account. Raises NotCorrectable."""
    refund = locked(number, by=by)
    if by.role not in (Role.RESIDENT, Role.CLERK):
        raise errors.NotAllowed("只有申请人可以更正账户。")
    if not refund.can_correct_account:
        raise errors.NotCorrectable
    assert refund.decided_by is not None, "a payment follows a decision"
    if by.person_id in (refund.decided_by.person_id, refund.reviewed_by and refund.reviewed_by.person_id):
        raise errors.NotAllowed("这笔申请由您本人审核，账户须由另一位经办人更正。")
    refund.set_account(account)
    refund.correct_account()
    return _hand_off(refund, "correct_account", by=by)


# The agency's and the bank's answers. One message may take several of these steps, so they work on the row that the
# caller has `locked()`, in the transaction that locked it.


def acknowledge(refund: RefundApplication, *, by: str) -> RefundApplication:
    """The agency has the instruction."""
    refund.acknowledge()
    return _save(refund, "acknowledge", by=by)


def refuse(refund: RefundApplication, *, by: str, reason: str, returned: dict[str, str]) -> RefundApplication:
    """人社退回: the agency will not refund. `returned` gives single lines' own reasons by ticket number."""
    refund.people.settle(LineOutcome.RETURNED, returned, reason)
    # Where only the single lines say why, their words are those of the whole.
    refund.refuse(reason=reason or "；".join(sorted(set(returned.values())))[:300])
    return _save(refund, "refuse", by=by)


def accept(refund: RefundApplication, *, by: str, returned: dict[str, str]) -> RefundApplication:
    """The agency agreed, but for the lines in `returned` (reason by ticket number); the bank pays. Raises OutOfOrder."""
    refund.people.settle(LineOutcome.OPEN, returned)
    refund.accept()
    return _save(refund, "accept", by=by)


def pay(refund: RefundApplication, *, by: str, on: date, returned: dict[str, str]) -> RefundApplication:
    """退费成功: the bank paid on that date, all but the lines in `returned`. Raises OutOfOrder."""
    refund.people.settle(LineOutcome.PAID, returned)
    refund.pay(on=on)
    return _save(refund, "pay", by=by)


def bounce(refund: RefundApplication, *, by: str, reason: str) -> RefundApplication:
    """退付失败: the bank could not pay."""
    refund.bounce(reason=reason)
    return _save(refund, "bounce", by=by)


def note_verified(refund: RefundApplication, *, at: datetime) -> None:
    """社保部门核验时间: when the agency answered, by its own clock. Its first word counts, whichever message brings it."""
    if refund.verified_at is None or at < refund.verified_at:
        refund.verified_at = at
        refund.save(update_fields=["verified_at"])


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


def _for_decision(number: str, *, by: User, role: Role, status: ReviewStatus) -> RefundApplication:
    if by.role != role:
        raise errors.NotAllowed("您的岗位没有这项审核权限。")
    refund = locked(number, by=by)
    if refund.concerns(by.person):
        raise errors.NotAllowed(
            "这笔申请与您本人有关（由您发起，或涉及您本人或您经办的村组），须由另一位税务人员审核。"
        )
    if refund.review_status != status:
        raise errors.AlreadyDecided(refund)
    return refund


def _hand_off(refund: RefundApplication, action: str, *, by: User) -> RefundApplication:
    _save(refund, action, by=by)
    receivers = ready_for_handoff.send(sender=type(refund), refund=refund)
    if len(receivers) != 1:
        raise RuntimeError(f"an approved refund needs exactly one handoff, not {len(receivers)}")
    return refund


def _save(refund: RefundApplication, action: str, *, by: User | str) -> RefundApplication:
    assert connection.in_atomic_block, "a verb of an agency belongs into the transaction that locked its row"
    with acting(action, by=by):
        refund.save()
    if refund.refund_status in RELEASING:
        refund.release()
    changed.send(sender=type(refund), refund=refund, action=action)
    return refund
