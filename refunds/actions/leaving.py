"""Somebody is about to leave: what she works on, and what nobody could go on with. Nothing stands still unsaid."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.feeds import deciding
from accounts.models import Role, TaxOffice, User
from refunds import schemes
from refunds.actions.taking import hand_on, held
from refunds.states import Queue

# More than so many are not counted.
MOST = 99


def count_in_hand(sender: type, users: Sequence[User], **_signal: object) -> Counter[Any]:
    """Receiver of `in_hand`: one query per scheme."""
    found: Counter[Any] = Counter()
    for scheme in schemes.every():
        rows = scheme.model.objects.filter(held(timezone.now()), taken_by__in=users).order_by()
        found.update(dict(rows.values_list("taken_by").annotate(cases=Count("pk"))))
    return found


def hand_all_on(sender: type, user: User, to: User | None, by: User | None, **_signal: object) -> tuple[int, int]:
    """Receiver of `handed_on`."""
    return hand_on(user, to=to, by=by)


def tell_what_stands_still(
    sender: type, users: Sequence[User], office: TaxOffice | None, **_signal: object
) -> dict[Any, list[str]]:
    """Receiver of `left_alone`: of whoever is the last one of her kind, who goes on in her stead, or what nobody does."""
    kinds = {Role.REVIEWER: _without_reviewer, Role.COUNTERSIGNER: _without_countersigner, Role.CLERK: _without_clerk}
    told = defaultdict(list)
    for user in users:
        sentence = kinds[Role(user.role)](user, users, office) if user.is_active and user.role in kinds else ""
        if sentence:
            told[user.pk].append(sentence)
    return told


def _without_reviewer(user: User, leavers: Sequence[User], to: TaxOffice | None) -> str:
    assert user.office is not None, "a 审核人 has one"
    decides = deciding.would_decide(user.office, without=leavers, and_at=to)
    if decides == user.office:
        return ""
    last = f"{user.office.name}此后没有审核人"
    if decides is not None:
        return f"{last}，申请由{decides.name}审核；待复核的退回待审核。"
    waiting = _counted(Q(office__in=user.office.in_its_queues), Queue.REVIEW, Queue.COUNTERSIGN)
    return f"{last}，上级也没有：{waiting}在等的申请将无人审核，新的也一样。请先配备审核人。"


def _without_countersigner(user: User, leavers: Sequence[User], to: TaxOffice | None) -> str:
    assert user.office is not None, "a 复核人 has one"
    others = User.objects.filter(role=Role.COUNTERSIGNER, is_active=True).exclude(pk__in=[one.pk for one in leavers])
    paths = [*others.values_list("office__path", flat=True), *([to.path] if to else [])]
    if any(user.office.path.startswith(path) for path in paths):
        return ""
    covered = Q(*(Q(office__path__startswith=path) for path in paths), _connector=Q.OR) if paths else Q(pk=None)
    waiting = _counted(Q(office__path__startswith=user.office.path) & ~covered, Queue.COUNTERSIGN)
    return f"{user.office.name}和上级此后没有复核人：{waiting}待复核的申请将无人复核，新的也一样。请先配备复核人。"


def _without_clerk(user: User, leavers: Sequence[User], to: TaxOffice | None) -> str:
    village = user.organisation
    assert village is not None, "a 村组经办人 has one"
    others = User.objects.filter(role=Role.CLERK, is_active=True, organisation=village)
    if others.exclude(pk__in=[one.pk for one in leavers]).exists():
        return ""
    waiting = _counted(Q(organisation=village), Queue.DRAFT, Queue.CORRECTION)
    return f"{village.name}此后没有经办人：{waiting}没有提交的或等更正账户的批次无人能办。请先载入另一位经办人。"


def _counted(which: Q, *queues: Queue) -> str:
    """In words, how many of these wait; none is said, too."""
    found = 0
    for scheme in schemes.every():
        for queue in queues:
            rows = scheme.model.objects.filter(which).in_queue(queue)
            found += rows.values("pk")[: MOST + 1].count()
    return f"{found} 件" if found <= MOST else f"{MOST} 件以上"
