"""The sums that a page of numbers is made of, in one query over the tallies."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from refunds.parameters.calendar import is_working_day
from refunds.tallies.areas import of_areas, of_offices
from refunds.tallies.models import Flag, Measure
from review.statistics.scope import Scope

# What waits now; everything else counts by day.
STANDING = [Measure.REVIEW, Measure.COUNTERSIGN, Measure.DISPUTED]
FLOWS = [
    Measure.RECEIVED, Measure.PASSED, Measure.REJECTED, Measure.WITHDRAWN, Measure.DECIDED, Measure.LATE,
    Measure.LATE_ENDED, Measure.PAID, Measure.FAILED, Measure.RETURNED,
]  # fmt: skip
# A decision that took longer is counted as so many days.
LONGEST = 1000

_SCHEME = "(%(scheme)s = '' OR scheme = %(scheme)s)"
# Asked for apart, so that an index finds the days of the period among those of all years.
_ASKED = (
    f"measure = ANY(%(standing)s) AND {_SCHEME}",
    f"measure = ANY(%(flows)s) AND day >= %(start)s AND (measure <> 'late' OR day < %(today)s) AND {_SCHEME}",
)


def _both(counted: Callable[[str, str], str], offices: str) -> str:
    return " UNION ALL ".join(counted(offices, asked) for asked in _ASKED)


# The office with all beneath it (`whole`) gives weeks and reasons; itself alone and each one directly below it give the places. A
# reviewer has no area: the whole is her own office and those that she decides for, and each of them is a place.
_AREA = (_both(of_areas, "%(office)s"), _both(of_areas, "%(below)s"))
_SINGLE = (_both(of_offices, "%(offices)s"), _both(of_offices, "%(below)s"))
# What is due on a day is late from the next one on; 1900-01-01 was a Monday. `worked` numbers the days by the working days up to
# each.
_SUMS = """
WITH counted AS MATERIALIZED (
    SELECT whole, office_id, scheme, measure, reason, day, number, amount,
        CASE WHEN measure = 'decided' THEN least(bucket, %(longest)s) ELSE bucket END AS bucket,
        day - (day - '1900-01-01'::date + CASE WHEN measure = 'late' THEN 1 ELSE 0 END) %% 7
            + CASE WHEN measure = 'late' THEN 1 ELSE 0 END AS week
    FROM (
        SELECT true AS whole, c.* FROM ({whole}) c UNION ALL SELECT false, c.* FROM ({below}) c
        UNION ALL SELECT false, c.* FROM ({own}) c) c),
worked (day, n) AS (SELECT * FROM unnest(%(days)s::date[], %(numbers)s::int[])),
took AS (
    SELECT c.whole, c.office_id, c.scheme, c.week, ended.n - begun.n AS days, c.number FROM counted c
    JOIN worked ended ON ended.day = c.day JOIN worked begun ON begun.day = c.day - c.bucket WHERE c.measure = 'decided')
SELECT 'week', week::text, '', measure, 0, sum(number), sum(amount) FROM counted
    WHERE whole AND measure = ANY(%(flows)s) GROUP BY week, measure
UNION ALL SELECT 'office', office_id, scheme, measure, 0, sum(number), sum(amount) FROM counted
    WHERE NOT whole AND measure = ANY(%(flows)s) GROUP BY office_id, scheme, measure
UNION ALL SELECT 'waiting', office_id, scheme, CASE WHEN day < %(today)s AND bucket & %(paused)s = 0 THEN 'late' ELSE '' END,
    0, sum(number), sum(amount) FROM counted
    WHERE NOT whole AND measure = ANY(%(standing)s) AND bucket & %(undecided)s > 0 GROUP BY 1, 2, 3, 4
UNION ALL SELECT 'week days', week::text, '', '', days, sum(number), 0 FROM took WHERE whole GROUP BY week, days
UNION ALL SELECT 'office days', office_id, scheme, '', days, sum(number), 0 FROM took WHERE NOT whole
    GROUP BY office_id, scheme, days
UNION ALL SELECT 'reason', coalesce(r.label, c.reason), '', '', 0, sum(c.number), sum(c.amount) FROM counted c
    LEFT JOIN refunds_rejectreason r ON r.code = c.reason
    WHERE c.whole AND c.measure = 'rejected' GROUP BY coalesce(r.label, c.reason)
UNION ALL SELECT 'officer', c.officer_id::text, p.name, c.measure, 0, c.number, c.amount FROM (
    SELECT officer_id, measure, sum(number) AS number, sum(amount) AS amount FROM refunds_tally
    WHERE office_id = ANY(%(offices)s) AND measure = ANY(%(decisions)s) AND day >= %(start)s
        AND (%(scheme)s = '' OR scheme = %(scheme)s) GROUP BY officer_id, measure) c
    JOIN accounts_user u ON u.id = c.officer_id JOIN accounts_person p ON p.id = u.person_id"""


@dataclass
class Sum:
    """So many applications, of so many yuan."""

    number: int = 0
    amount: Decimal = Decimal(0)

    def add(self, number: int, amount: Decimal) -> None:
        self.number += number
        self.amount += amount


def _sums() -> dict[tuple[str, ...], Sum]:
    return defaultdict(Sum)


@dataclass
class Sums:
    """What the query found. A key is what the name says, in that order; days are working days, with how many took so long."""

    by_week: dict[tuple[str, ...], Sum] = field(default_factory=_sums)  # monday, measure
    # Of the office alone, and of each directly below it with all that is beneath that.
    by_office: dict[tuple[str, ...], Sum] = field(default_factory=_sums)  # code, scheme, measure
    waiting: dict[tuple[str, ...], Sum] = field(default_factory=_sums)  # code, scheme, "late" or ""
    week_days: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    office_days: dict[tuple[str, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    by_reason: dict[tuple[str, ...], Sum] = field(default_factory=_sums)  # label
    by_officer: dict[tuple[str, ...], Sum] = field(default_factory=_sums)  # key, name, measure

    def take(self, part: str, one: str, two: str, measure: str, days: int, number: int, amount: Decimal) -> None:
        """One row of the query. What came and was taken back before it was folded is nothing."""
        if not number and not amount:
            return
        keys: dict[str, tuple[dict[tuple[str, ...], Sum], tuple[str, ...]]] = {
            "week": (self.by_week, (one, measure)),
            "office": (self.by_office, (one, two, measure)),
            "waiting": (self.waiting, (one, two, measure)),
            "reason": (self.by_reason, (one,)),
            "officer": (self.by_officer, (one, two, measure)),
        }
        if part == "week days":
            self.week_days[one][days] = number
        elif part == "office days":
            self.office_days[one, two][days] = number
        else:
            table, key = keys[part]
            table[key].add(number, amount)


def sums_of(scope: Scope) -> Sums:
    """Everything that the page of `scope` shows, in one query."""
    numbered = _numbered(scope.start - timedelta(days=LONGEST), scope.today)
    sums, (whole, below) = Sums(), _AREA if scope.whole else _SINGLE
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS.format(whole=whole, below=below, own=_both(of_offices, "%(office)s")),
            {
                "office": [scope.office.code],
                "below": [one.code for one in scope.places],
                "offices": scope.codes,
                "decisions": [str(Measure.PASSED), str(Measure.REJECTED)],
                "scheme": scope.scheme,
                "standing": [str(measure) for measure in STANDING],
                "flows": [str(measure) for measure in FLOWS],
                "start": scope.start,
                "today": scope.today,
                "longest": LONGEST,
                "undecided": Flag.UNDECIDED.value,
                "paused": Flag.PAUSED.value,
                "days": list(numbered),
                "numbers": list(numbered.values()),
            },
        )
        for row in cursor.fetchall():
            sums.take(*row)
    return sums


def _numbered(first: date, last: date) -> dict[date, int]:
    """Each day with how many working days have passed by then."""
    numbered, passed = {}, 0
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        passed += is_working_day(day)
        numbered[day] = passed
    return numbered
