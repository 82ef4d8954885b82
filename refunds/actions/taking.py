"""领取: who works on a case. It is hers for a while, so that two officers never read the same one; nobody else decides it.

No step of the state machine: the holder and the time stand with the application, and every change of its state lets it go. A holder
who was disabled or moved holds nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Role, User
from refunds import errors, schemes
from refunds.actions.base import locked
from refunds.history import acting
from refunds.models import OPEN, RefundApplication
from refunds.parameters import values
from refunds.states import Queue, ReviewStatus

# Whose move a case is, by where its decision stands.
DECIDES = {ReviewStatus.PENDING: Role.REVIEWER, ReviewStatus.COUNTERSIGN: Role.COUNTERSIGNER}
# How often one looks again when colleagues are faster.
ATTEMPTS = 100
WAITING = {Role.REVIEWER: Queue.REVIEW, Role.COUNTERSIGNER: Queue.COUNTERSIGN}


def held(now: datetime) -> Q:
    """Those that somebody works on, who may still do so. Only what is open is anybody's, which an index knows of."""
    its_office = Q(taken_by__office=F("office"), office__deciding_office=None)
    here = Q(taken_by__role=Role.REVIEWER) & (its_office | Q(taken_by__office=F("office__deciding_office")))
    beneath = Q(taken_by__role=Role.COUNTERSIGNER, office__path__startswith=F("taken_by__office__path"))
    return OPEN & Q(taken_until__gt=now, taken_by__is_active=True) & (here | beneath)


def holder(refund: RefundApplication) -> User | None:
    """Who works on it now, or None."""
    if refund.taken_by is None or refund.taken_until is None or refund.taken_until <= timezone.now():
        return None
    user = refund.taken_by
    assert user.office is not None, "only officers take cases"
    works_here = (
        user.office_id == (refund.office.deciding_office_id or refund.office_id)
        if user.role == Role.REVIEWER
        else refund.office.path.startswith(user.office.path)
    )
    return user if user.is_active and works_here else None


def held_by_another(refund: RefundApplication, *, by: User) -> errors.Taken | None:
    """What stands in the way of deciding it."""
    user = holder(refund)
    return errors.Taken(user.display_name, refund.taken_until) if user and user.pk != by.pk else None


@transaction.atomic
def take(number: str, *, by: User) -> RefundApplication:
    """领取, or 续: it is hers for 领取时长. Raises Taken, AlreadyDecided, NotAllowed."""
    refund = locked(number, by=by)
    _may_decide(refund, by)
    if why := held_by_another(refund, by=by):
        raise why
    return _give(refund, to=by, until=_lease())


@transaction.atomic
def take_next(*, by: User, tab: str = "") -> RefundApplication | None:
    """领取下一件: the most urgent case that nobody works on, of every scheme or of the scheme `tab`. Rows that a colleague is
    taking this moment are passed over, so two officers never get the same one. None when nothing is left; raises NotAllowed
    when colleagues are faster again and again."""
    queue, passed_over, outrun = WAITING[Role(by.role)], set[Any](), 0
    while True:
        found = [row for scheme in _chosen(tab) for row in _first(scheme, queue, by, passed_over)]
        if not found:
            # A colleague took the very row between the look and the lock: others may be free all the same.
            if not any(_free(scheme, queue, by, passed_over).exists() for scheme in _chosen(tab)):
                return None
            outrun += 1
            if outrun == ATTEMPTS:
                raise errors.NotAllowed("同事正在领取同样的申请，请再按一次【领取下一件】。")
            continue
        refund = min(found, key=lambda row: (row.due_on, row.pk))
        if held_by_another(refund, by=by):
            # Taken and committed between the look and the lock: the database looks again at the row, but not at its new holder.
            continue
        if not _is_own(refund, by):
            return _give(refund, to=by, until=_lease())
        passed_over.add(refund.pk)


def _chosen(tab: str) -> list[schemes.Scheme]:
    return [scheme for scheme in schemes.every() if tab in ("", scheme.code)]


def _free(scheme: schemes.Scheme, queue: Queue, by: User, passed_over: Iterable[Any]) -> "QuerySet[Any]":
    waiting: QuerySet[Any] = scheme.model.objects.visible_to(by).in_queue(queue)
    return waiting.exclude(held(timezone.now())).exclude(pk__in=passed_over)


def _first(scheme: schemes.Scheme, queue: Queue, by: User, passed_over: Iterable[Any]) -> "QuerySet[Any]":
    free = _free(scheme, queue, by, passed_over)
    first: QuerySet[Any] = free.order_by("due_on", "id").select_for_update(of=("self",), skip_locked=True)[:1]
    return first


@transaction.atomic
def put_back(number: str, *, by: User) -> bool:
    """放回队列. Whether it was hers: what she does not hold stays as it is."""
    refund = locked(number, by=by)
    if refund.taken_by_id != by.pk:
        return False
    _give(refund, to=None, until=None)
    return True


def put_all_back(*, by: User) -> int:
    """On leaving: nobody waits for who is not there. How many were hers."""
    return sum(
        scheme.model.objects.filter(OPEN, taken_by=by).update(taken_by=None, taken_until=None)
        for scheme in schemes.every()
    )


@transaction.atomic
def assign(number: str, *, to: User | None, by: User) -> RefundApplication:
    """转交: a 复核人 gives a case, whoever holds it, to an officer who may decide it, for today; or (None) back to the queue.

    Unlike 领取 it stands in the history: somebody else's work changed hands. Raises AlreadyDecided, NotAllowed.
    """
    if by.role != Role.COUNTERSIGNER:
        raise errors.NotAllowed("只有复核人可以转交同事领取的申请。")
    refund = locked(number, by=by)
    if refund.review_status not in DECIDES:
        raise errors.AlreadyDecided(refund)
    if to is None:
        return _hand_over(refund, to=None, until=None, by=by)
    if not to.is_active or not type(refund).objects.visible_to(to).filter(pk=refund.pk).exists():
        raise errors.NotAllowed(f"{to.display_name}看不到这笔申请，不能转交给她（他）。")
    _may_decide(refund, to)
    return _hand_over(refund, to=to, until=_end_of_today(), by=by)


@transaction.atomic
def hand_on(user: User, *, to: User | None, by: User | None) -> tuple[int, int]:
    """Of one who leaves: what she holds goes to a colleague for today, and what that one may not decide, or all (None), back to the
    queue. It stands in the history, as 转交 does. How many went to the colleague, and how many back."""
    given = back = 0
    for scheme in schemes.every():
        hers = scheme.model.objects.filter(taken_by=user, taken_until__gt=timezone.now())
        for number in list(hers.order_by("number").values_list("number", flat=True)):
            refund = locked(number)
            if holder(refund) != user:
                continue
            if to is not None and _could_decide(refund, to):
                _hand_over(refund, to=to, until=_end_of_today(), by=by)
                given += 1
            else:
                _hand_over(refund, to=None, until=None, by=by)
                back += 1
    return given, back


def taken_from(user: User, *, by: User) -> list[Any]:
    """One queryset per scheme of what `user` holds and `by` may know of, the most urgent first."""
    now = timezone.now()
    return [
        scheme.model.objects.visible_to(by).filter(held(now), taken_by=user).order_by("due_on", "id")
        for scheme in schemes.every()
    ]


def _could_decide(refund: RefundApplication, user: User) -> bool:
    try:
        _may_decide(refund, user)
    except errors.RefundError:
        return False
    seen = type(refund).objects.visible_to(user)
    return bool(user.is_active and seen.filter(pk=refund.pk).exists())


def _may_decide(refund: RefundApplication, user: User) -> None:
    role = DECIDES.get(ReviewStatus(refund.review_status))
    if role is None:
        raise errors.AlreadyDecided(refund)
    if user.role != role:
        raise errors.NotAllowed(f"这笔申请现在由{role.label}办理，不能领取。")
    if _is_own(refund, user):
        raise errors.NotAllowed("这笔申请与本人有关，须由另一位税务人员办理，不能领取。")


def _is_own(refund: RefundApplication, user: User) -> bool:
    first = refund.reviewed_by if refund.review_status == ReviewStatus.COUNTERSIGN else None
    return refund.concerns(user.person) or bool(first and first.person_id == user.person_id)


def _give(refund: RefundApplication, *, to: User | None, until: datetime | None) -> RefundApplication:
    refund.taken_by, refund.taken_until = to, until
    refund.save(update_fields=["taken_by", "taken_until", "assigned_at"])
    return refund


def _hand_over(
    refund: RefundApplication, *, to: User | None, until: datetime | None, by: User | None
) -> RefundApplication:
    """From whoever has it to whoever gets it, with both in the history."""
    before, refund.assigned_at = holder(refund), timezone.now()
    names = {"from_name": before.display_name if before else "", "to_name": to.display_name if to else ""}
    with acting("assign", by=by, **names):
        return _give(refund, to=to, until=until)


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=values.whole("taken-seconds"))


def _end_of_today() -> datetime:
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
