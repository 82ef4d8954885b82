"""批量通过: many single cases in one transaction, a fixed number of statements however many they are, one history row each.

Each case goes through its own transitions in memory, so source, target and what is written down are those the machine declares;
what comes out is stored for all that came out alike in one UPDATE, the only way round the guard of the state columns.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from refunds import errors, schemes
from refunds.actions.base import announce, pass_on
from refunds.actions.limits import exceeding
from refunds.actions.taking import held_by_another
from refunds.history import acting
from refunds.models import RefundApplication
from refunds.records import since
from refunds.states import ReviewStatus

MOST = 1000
# What the two transitions write.
WRITTEN = (
    "refund_status",
    "review_status",
    "review_result",
    "reviewed_by_id",
    "decided_by_id",
    "decided_at",
    "deaths_seen",
)
# Why a case is not passed: its primary key and a sentence.
Objections = Callable[[list[RefundApplication]], dict[Any, str]]


@dataclass
class Outcome:
    """What became of each case: passed, referred to a 复核人, or left as it is with the reason."""

    passed: list[RefundApplication] = field(default_factory=list)
    referred: list[RefundApplication] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def approve_all(numbers: Collection[str], *, by: User, objections: Objections) -> Outcome:
    """通过 for at most `MOST` single cases. `objections` is asked about the locked rows, so what it says holds at the decision.

    Raises NotAllowed for anybody but a 审核人, and for more than `MOST`.
    """
    if by.role != Role.REVIEWER:
        raise errors.NotAllowed("您的岗位没有这项审核权限。")
    if len(numbers) > MOST:
        raise errors.NotAllowed(f"一次最多通过 {MOST:,} 件，请分几次办理。")
    outcome, found = Outcome(), set[str]()
    for scheme in schemes.every():
        rows = _locked(scheme, numbers, by)
        found |= {str(row.number) for row in rows}
        said = objections(rows) if rows else {}
        good = []
        for row in rows:
            why = _why_not(row, by) or said.get(row.pk, "")
            if why:
                outcome.refused.append((str(row.number), why))
            else:
                good.append(row)
        _decide(good, by, outcome)
    outcome.refused += [(number, "没有找到这笔申请。") for number in numbers if number not in found]
    return outcome


def _locked(scheme: schemes.Scheme, numbers: Collection[str], by: User) -> list[RefundApplication]:
    rows = scheme.model.objects.visible_to(by).filter(number__in=numbers)
    rows = rows.select_related("office", "applicant", "submitted_by").order_by("number")
    return list(rows.select_for_update(of=("self",)))


def _why_not(row: RefundApplication, by: User) -> str:
    if row.organisation_id:
        return "村组批量申请请逐件办理。"
    if row.review_status != ReviewStatus.PENDING:
        return "已不在待审核中，可能由同事办理，或申请人已撤销。"
    if row.disputed:
        return "正在核实，核实清楚之前不能办理。"
    if row.corrected:
        return errors.Corrected(row).message
    if row.concerns(by.person):
        return "与您本人有关，须由另一位税务人员审核。"
    taken = held_by_another(row, by=by)
    return taken.message if taken else ""


def _decide(rows: list[RefundApplication], by: User, outcome: Outcome) -> None:
    now, exceed = timezone.now(), exceeding(rows) if rows else set()
    above = [row for row in rows if row.pk in exceed]
    within = [row for row in rows if row.pk not in exceed]
    for row in above:
        row.refer(by=by, at=now)
    since.note_deaths(within)
    for row in within:
        row.approve(by=by, at=now)
    _store(above, "refer", by)
    _store(within, "approve", by)
    if within:
        pass_on(within)
    outcome.referred += above
    outcome.passed += within


def _store(rows: Iterable[RefundApplication], action: str, by: User) -> None:
    alike: dict[tuple[Any, ...], list[RefundApplication]] = defaultdict(list)
    for row in rows:
        row.taken_by = row.taken_until = None
        row.deaths_seen = tuple(row.deaths_seen)
        alike[tuple(getattr(row, name) for name in WRITTEN)].append(row)
    with acting(action, by=by):
        for values, group in alike.items():
            written = dict(zip(WRITTEN, values, strict=True))
            stored = type(group[0])._base_manager.filter(pk__in=[row.pk for row in group])
            stored.update(**written, taken_by=None, taken_until=None)
            announce(group, action)
