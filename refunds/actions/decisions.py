"""What people decide, by number. Each verb is atomic: lock, check, transition, save, pass on (see the package)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.errors import UniqueViolation

from accounts.models import Role, User
from refunds import errors, numbering
from refunds.actions.acting_for import asked_for, may_act, may_correct, may_start
from refunds.actions.base import Refund, announce, hand_off, handoff_called_back, locked, save, tell
from refunds.actions.corrections import renew_record
from refunds.actions.limits import exceeding
from refunds.actions.taking import held_by_another
from refunds.history import acting
from refunds.models import RefundApplication, RejectReason
from refunds.parameters import values
from refunds.parameters.calendar import deadline
from refunds.records import since
from refunds.states import RefundStatus, ReviewStatus


@transaction.atomic
def submit(refund: Refund, *, by: User, key: UUID, due_on: date | None = None) -> Refund:
    """申请退费 (P2-06, P3-16): store an application, or send off a draft, and take its payments. An officer does it on behalf of
    the applicant, and has noted her `evidence` (O-04); `due_on` is that of an application whose place it takes.

    Raises AlreadyClaimed, NotAllowed; RecordChanged when the tax core system corrected a payment meanwhile.
    """
    may_start(refund, by=by)
    refund.number = numbering.next_number(refund.scheme.prefix)
    refund.submission_key = key
    refund.submitted_by = by
    now = timezone.now()
    refund.submit(at=now, due_on=due_on or deadline(now).day)
    # The constraint is the only gate: a look before the insert could not see a rival that has not committed.
    refund.take_record()
    with _claiming(errors.AlreadyClaimed()), acting("submit", by=by):
        refund.save()
        refund.claim()
    announce([refund], "submit")
    return refund


@transaction.atomic
def withdraw(number: str, *, by: User, evidence: str = "") -> RefundApplication:
    """撤销退费 (P2-07, P3-19): the applicant takes it back while it is 待审核, or an officer for somebody who cannot sign in, with
    the evidence noted (O-04). Raises NotWithdrawable, NotAllowed."""
    refund = locked(number, by=by)
    may_act(refund, by=by, evidence=evidence)
    if not refund.can_withdraw:
        raise errors.NotWithdrawable(refund)
    refund.withdraw()
    return save(refund, "withdraw", by=by)


@transaction.atomic
def convert(number: str, *, by: User) -> RefundApplication:
    """转为代为发起 (O-04): what the applicant may not ask for any more ends withdrawn, and one on behalf, with the same account and
    phone, stands in its place; another officer reviews it. The new one.

    Raises AlreadyDecided, Frozen, NotAllowed.
    """
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING)
    if refund.on_behalf or not refund.scheme.must_be_on_behalf(refund):
        raise errors.NotAllowed("这笔申请不需要转为代为发起，可以直接审核。")
    again = refund.scheme.restarted(refund)
    again.evidence = f"缴费已到账，由申请人自己提交的申请 {refund.number} 转来"
    refund.withdraw()
    save(refund, "convert", by=by)
    # Whoever applied has waited since the first one.
    submitted: RefundApplication = submit(again, by=by, key=uuid4(), due_on=refund.due_on)
    return submitted


@transaction.atomic
def reapply(number: str, *, by: User) -> RefundApplication:
    """按更正后的记录重新申请: what the tax core system corrected is taken back, and applied for as the record is now, with the same
    account and phone. The new one. Raises NotWithdrawable, NotAllowed, NotRefundable."""
    refund = locked(number, by=by)
    if by.role != Role.RESIDENT or refund.organisation_id:
        raise errors.NotAllowed("只有申请人本人可以重新申请。")
    if not refund.can_withdraw:
        raise errors.NotWithdrawable(refund)
    if why_not := refund.scheme.why_not_again(refund):
        raise errors.NotRefundable(why_not)
    again = refund.scheme.restarted(refund)
    refund.withdraw()
    save(refund, "withdraw", by=by)
    submitted: RefundApplication = submit(again, by=by, key=uuid4())
    return submitted


@transaction.atomic
def leave_out(
    number: str, *, by: User, lines: list[int], reason: RejectReason | None, remark: str = ""
) -> RefundApplication:
    """Leave single people out of a batch with a reason, or (reason None) take them in again. Decided by 通过 only.

    `lines` are the scheme's own keys. Raises AlreadyDecided, NotAllowed.
    """
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING)
    refund.people.leave_out(lines, by=by, reason=reason, remark=remark)
    renew_record(refund)
    return refund


@transaction.atomic
def approve(number: str, *, by: User, seen: str | None = None) -> RefundApplication:
    """通过 (O-02, O-06): pass all who are not left out to the agency, or above the limit refer it to a countersigner. The limit
    counts with it what the same person or account was passed and not paid yet.

    `seen` is what `refund.people.fingerprint()` was on the page of the decision. Raises AlreadyDecided, NotAllowed; LeftOutChanged
    when others are left out by now; EverybodyLeftOut when nobody would be passed.
    """
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING)
    if refund.corrected:
        raise errors.Corrected(refund)
    if seen is not None and seen != refund.people.fingerprint():
        raise errors.LeftOutChanged
    if not refund.people.amount_to_pass():
        raise errors.EverybodyLeftOut
    if exceeding([refund]):
        # Those left out stay marks only: the countersigner may send the case back, and then they can be taken in again.
        refund.refer(by=by, at=timezone.now())
        return save(refund, "refer", by=by)
    refund.people.drop_left_out()
    since.note_deaths([refund])
    refund.approve(by=by, at=timezone.now())
    return hand_off(refund, "approve", by=by)


@transaction.atomic
def countersign(number: str, *, by: User) -> RefundApplication:
    """复核通过: another officer confirms an amount above the limit. Raises AlreadyDecided, NotAllowed."""
    refund = _for_decision(number, by=by, role=Role.COUNTERSIGNER, status=ReviewStatus.COUNTERSIGN)
    if refund.corrected:
        raise errors.Corrected(refund)
    assert refund.reviewed_by is not None, "whoever referred it"
    if refund.reviewed_by.person_id == by.person_id:
        raise errors.NotAllowed("初审由您本人办理，复核须由另一位税务人员办理。")
    refund.people.drop_left_out()
    since.note_deaths([refund])
    refund.countersign(by=by, at=timezone.now())
    return hand_off(refund, "countersign", by=by)


@transaction.atomic
def send_back(number: str, *, by: User, remark: str) -> RefundApplication:
    """退回初审, with a remark for the reviewer. Raises AlreadyDecided, NotAllowed."""
    # Open also while frozen, as `reject` is: from here nobody else could let the payment go.
    refund = _for_decision(number, by=by, role=Role.COUNTERSIGNER, status=ReviewStatus.COUNTERSIGN, also_frozen=True)
    refund.send_back(remark=remark)
    return save(refund, "send_back", by=by)


@transaction.atomic
def reject(number: str, *, by: User, reason: RejectReason, remark: str = "") -> RefundApplication:
    """不通过 (O-03): nothing is sent, the payment may be applied for again. Raises AlreadyDecided, NotAllowed."""
    # Open also while frozen: that is one way to settle who has the payment.
    refund = _for_decision(number, by=by, role=Role.REVIEWER, status=ReviewStatus.PENDING, also_frozen=True)
    refund.reject(by=by, at=timezone.now(), reason=reason, remark=remark)
    return save(refund, "reject", by=by)


@transaction.atomic
def correct_account(
    number: str,
    *,
    by: User,
    account: dict[str, Any],
    mended: bool = False,
    evidence: str = "",
    proposed_by: User | None = None,
) -> RefundApplication:
    """更正账户: the decision stands, the next instruction carries the new account. For somebody who cannot sign in one officer has
    proposed it, with the evidence, and another (`by`) lets it be sent (O-04). `mended`: whoever applied says that the bank has
    put the old one right. Raises NotCorrectable, AccountUnchanged, NotAllowed."""
    refund = locked(number, by=by)
    may_correct(refund, by=by, proposed_by=proposed_by, evidence=evidence)
    if refund.disputed:
        raise errors.Frozen(refund)
    if refund.corrected:
        raise errors.Corrected(refund)
    if not refund.can_correct_account:
        raise errors.NotCorrectable
    before = refund.account_key
    refund.set_account(account)
    if refund.account_key == before and not mended:
        raise errors.AccountUnchanged
    refund.correct_account()
    with asked_for(proposed_by, mended=mended and refund.account_key == before):
        return hand_off(refund, "correct_account", by=by)


@transaction.atomic
def undo(number: str, *, by: User) -> RefundApplication:
    """收回决定: whoever decided takes it back within 撤回宽限, as long as no agency can have heard of it. The
    case is open again, with its marks. Raises NotAllowed, Frozen, TooLate, AlreadyClaimedSince."""
    refund = locked(number, by=by)
    if why := why_no_undo(refund, by=by):
        raise why
    if refund.review_status == ReviewStatus.COUNTERSIGN:
        refund.undo_referral()
        return save(refund, "undo_referral", by=by)
    was_passed = refund.refund_status == RefundStatus.APPROVED
    if was_passed:
        tell(handoff_called_back, type(refund), refund=refund)
    refund.undo()
    with _claiming(errors.AlreadyClaimedSince()):
        refund.reclaim()
        refund.people.take_back()
        save(refund, "undo", by=by)
    renew_record(refund)
    return refund


def why_no_undo(refund: RefundApplication, *, by: User) -> errors.RefundError | None:
    """What stands in the way of taking the decision back, as far as the application itself knows."""
    decided = refund.reviewed_by_id if refund.review_status == ReviewStatus.COUNTERSIGN else refund.decided_by_id
    if refund.decided_at is None or decided != by.pk:
        return errors.NotAllowed("只有作出决定的人可以收回决定。")
    if refund.disputed:
        return errors.Frozen(refund)
    grace = timedelta(seconds=values.whole("grace-seconds", timezone.localdate(refund.decided_at)))
    undoable = refund.refund_status in (RefundStatus.APPLIED, RefundStatus.APPROVED, RefundStatus.TAX_RETURNED)
    if not undoable or timezone.now() > refund.decided_at + grace:
        return errors.TooLate()
    return None


@contextmanager
def _claiming(taken: errors.RefundError) -> Iterator[None]:
    """Raises `taken` when somebody else has a payment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise taken from error
        raise


def _for_decision(
    number: str, *, by: User, role: Role, status: ReviewStatus, also_frozen: bool = False
) -> RefundApplication:
    if by.role != role:
        raise errors.NotAllowed("您的岗位没有这项审核权限。")
    refund = locked(number, by=by)
    if refund.concerns(by.person):
        raise errors.NotAllowed(
            "这笔申请与您本人有关（由您发起，或涉及您本人或您经办的村组），须由另一位税务人员审核。"
        )
    if refund.review_status != status:
        raise errors.AlreadyDecided(refund)
    if refund.disputed and not also_frozen:
        raise errors.Frozen(refund)
    if why := held_by_another(refund, by=by):
        raise why
    return refund
