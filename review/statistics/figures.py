"""The numbers of a page as people read them: weeks that add up, offices, reasons, officers. No query."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import TaxOffice
from refunds import schemes
from refunds.tallies.models import Measure
from review.statistics.scope import Scope
from review.statistics.sums import Sum, Sums

# Of fewer cases no share is said: it would be about single people.
FEW = 5


def days_within(took: dict[int, int], percent: int) -> int | None:
    """Within how many days so many percent were decided; None where nothing was."""
    wanted = -(-sum(took.values()) * percent // 100)
    reached = 0
    for days in sorted(took):
        reached += took[days]
        if reached >= wanted:
            return days
    return None


def share(part: int, whole: int) -> str:
    """A share in percent, `--` of nothing and of few."""
    return "--" if whole < FEW else f"{100 * part / whole:.1f}%"


@dataclass(frozen=True)
class Week:
    """One week, or the part of it that lies in the period. `waiting` and `late` are at its end, or now."""

    monday: date
    received: int
    passed: int
    rejected: int
    withdrawn: int
    waiting: int
    late: int
    median: int | None
    nine_in_ten: int | None
    asked: Decimal
    approved: Decimal
    paid: Sum
    failed: Sum

    @property
    def decided(self) -> int:
        return self.passed + self.rejected

    @property
    def label(self) -> str:
        return self.monday.strftime("%m-%d")


@dataclass(frozen=True)
class Place:
    """An office with those below it, or alone (`own`), and one scheme."""

    office: TaxOffice
    own: bool
    scheme: str
    received: int
    decided: int
    waiting: int
    late: int
    median: int | None
    rejected_share: str
    failed_share: str


@dataclass(frozen=True)
class Load:
    """What one officer decided."""

    key: str
    name: str
    passed: int
    rejected: int

    @property
    def decided(self) -> int:
        return self.passed + self.rejected


@dataclass(frozen=True)
class Figures:
    """Everything on the page. Weeks run from the first to the last."""

    weeks: list[Week]
    places: list[Place]
    reasons: list[tuple[str, int]]
    loads: list[Load]

    @property
    def last(self) -> Week:
        return self.weeks[-1]

    @property
    def before(self) -> Week | None:
        """The week before the last one; None in a period of one week."""
        return self.weeks[-2] if len(self.weeks) > 1 else None

    def over_time(self, name: str) -> list[tuple[str, int]]:
        """One number of every week that has it, as a chart wants it."""
        values = ((week.label, getattr(week, name)) for week in self.weeks)
        return [(label, value) for label, value in values if value is not None]

    @property
    def rejected(self) -> int:
        return sum(number for _label, number in self.reasons)

    @property
    def decided(self) -> int:
        return sum(week.decided for week in self.weeks)


def figures_of(scope: Scope, sums: Sums) -> Figures:
    """What the sums say."""
    return Figures(
        weeks=_weeks(scope, sums),
        places=_places(scope, sums),
        reasons=sorted(((label, one.number) for (label,), one in sums.by_reason.items()), key=lambda item: -item[1]),
        loads=_loads(sums),
    )


def _weeks(scope: Scope, sums: Sums) -> list[Week]:
    """Backwards from what waits now, so that what waited before is what came to be, to the last one."""
    waiting = sum(one.number for one in sums.waiting.values())
    late = sum(one.number for (_office, _scheme, kind), one in sums.waiting.items() if kind == "late")
    weeks = []
    for monday in reversed(scope.mondays):
        key = monday.isoformat()
        of = {measure: sums.by_week[key, measure] for measure in Measure}
        took = sums.week_days[key]
        week = Week(
            monday=monday,
            received=of[Measure.RECEIVED].number,
            passed=of[Measure.PASSED].number,
            rejected=of[Measure.REJECTED].number,
            withdrawn=of[Measure.WITHDRAWN].number,
            waiting=waiting,
            late=late,
            median=days_within(took, 50),
            nine_in_ten=days_within(took, 90),
            asked=of[Measure.RECEIVED].amount,
            approved=of[Measure.PASSED].amount,
            paid=of[Measure.PAID],
            failed=of[Measure.FAILED],
        )
        weeks.append(week)
        waiting -= week.received - week.decided - week.withdrawn
        late -= of[Measure.LATE].number - of[Measure.LATE_ENDED].number
    return weeks[::-1]


def _places(scope: Scope, sums: Sums) -> list[Place]:
    """The office itself, and each one that is told apart from it."""
    chosen = [one for one in schemes.every() if scope.scheme in ("", one.code)]
    found = [_place(office, scope.office, one, sums) for office in (scope.office, *scope.places) for one in chosen]
    return [place for place in found if place.received or place.decided or place.waiting]


def _place(office: TaxOffice, asked: TaxOffice, scheme: schemes.Scheme, sums: Sums) -> Place:
    of = {measure: sums.by_office[office.code, scheme.code, measure].number for measure in Measure}
    late = sums.waiting[office.code, scheme.code, "late"].number
    waiting = sums.waiting[office.code, scheme.code, ""].number
    decided = of[Measure.PASSED] + of[Measure.REJECTED]
    return Place(
        office=office,
        own=office == asked,
        scheme=scheme.label,
        received=of[Measure.RECEIVED],
        decided=decided,
        waiting=waiting + late,
        late=late,
        median=days_within(sums.office_days[office.code, scheme.code], 50),
        rejected_share=share(of[Measure.REJECTED], decided),
        failed_share=share(of[Measure.FAILED], of[Measure.FAILED] + of[Measure.PAID]),
    )


def _loads(sums: Sums) -> list[Load]:
    """Who decided most, first."""
    people = {(key, name) for key, name, _measure in sums.by_officer}
    loads = [
        Load(
            key,
            name,
            sums.by_officer[key, name, Measure.PASSED].number,
            sums.by_officer[key, name, Measure.REJECTED].number,
        )
        for key, name in sorted(people)
    ]
    return sorted(loads, key=lambda load: -load.decided)
