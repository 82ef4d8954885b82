"""What waits in the queues of an officer: every number that a page shows beside them, from one query."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Role, TaxOffice, User
from refunds.parameters.calendar import after
from refunds.states import Queue
from refunds.tallies.areas import of_areas
from refunds.tallies.models import Flag

# So many working days before it is due, a case is urgent.
SOON = 3
# In the order of an officer's rail.
WAITING = (Queue.REVIEW, Queue.COUNTERSIGN, Queue.AGENCY, Queue.DISPUTED)


# A day whose rows come to nothing is not the earliest of anything, so days are summed first.
_ALIKE = """
SELECT measure, scheme,
  CASE WHEN bucket & %(paused)s > 0 THEN 'later' WHEN day < %(today)s THEN 'overdue'
    WHEN day <= %(soon)s THEN 'soon' ELSE 'later' END AS urgency,
  bucket, officer_id, sum(number)::int, sum(amount), min(day)
FROM (
    SELECT measure, scheme, day, bucket, officer_id, sum(number) AS number, sum(amount) AS amount FROM ({rows}) counted
    GROUP BY measure, scheme, day, bucket, officer_id HAVING sum(number) <> 0) alike
GROUP BY measure, scheme, urgency, bucket, officer_id"""
# A reviewer sees her own office, those that she decides for, and who has what; whoever is above it, all that is beneath, whoever has it.
_OWN = "SELECT * FROM refunds_tally WHERE office_id = ANY(%(offices)s) AND measure = ANY(%(queues)s)"
_AREA = f"SELECT c.*, NULL::bigint AS officer_id FROM ({of_areas('%(offices)s', 'measure = ANY(%(queues)s)')}) c"
# What is counted row by row beside it, in the same shape: the first of them as 0.
_BESIDE = " UNION ALL SELECT '', '', '', {place}, NULL, count(*)::int, 0, %(today)s FROM ({rows}) beside"


class Urgency(StrEnum):
    """How far away the day is by which a case should be decided."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True)
class Share:
    """So many applications that are alike in everything a page tells apart."""

    queue: str
    scheme: str
    urgency: str
    flags: int
    taken_by: int | None
    number: int
    amount: Decimal
    earliest: date


@dataclass(frozen=True)
class Counts:
    """What stands in the queues, to be narrowed: `counts.where(Queue.REVIEW, urgency=Urgency.SOON).number`.
    `beside` is how many rows each query has that was asked along with it."""

    shares: tuple[Share, ...]
    beside: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[Share]:
        return iter(self.shares)

    @property
    def number(self) -> int:
        return sum(share.number for share in self.shares)

    @property
    def amount(self) -> Decimal:
        return sum((share.amount for share in self.shares), Decimal(0))

    @property
    def earliest(self) -> date | None:
        """The day on which the most urgent of them is due."""
        return min((share.earliest for share in self.shares), default=None)

    def where(
        self,
        queue: Queue | None = None,
        *,
        scheme: str = "",
        urgency: Urgency | None = None,
        flag: Flag | None = None,
        taken_by: int | None = None,
        taken: bool | None = None,
    ) -> "Counts":
        """Those to which all of it applies. What is paused is never overdue, nor soon."""
        return Counts(
            tuple(
                share
                for share in self.shares
                if (queue is None or share.queue == queue)
                and scheme in ("", share.scheme)
                and (urgency is None or share.urgency == urgency)
                and (flag is None or share.flags & flag)
                and (taken_by is None or share.taken_by == taken_by)
                and (taken is None or (share.taken_by is not None) == taken)
            )
        )


def offices_of(user: User) -> QuerySet[TaxOffice]:
    """The offices whose applications an officer sees, to be narrowed like any query."""
    assert user.office is not None, "every officer has one"
    if user.role == Role.REVIEWER:
        return TaxOffice.objects.filter(code__in=user.office.in_its_queues)
    return TaxOffice.objects.filter(path__startswith=user.office.path)


def of_queues(
    user: User,
    queues: Collection[Queue] = WAITING,
    today: date | None = None,
    *,
    beside: Sequence[QuerySet[Any]] = (),
) -> Counts:
    """What stands in these queues that an officer sees, in one query however much there is; and in the same one, how many rows each
    of `beside` has, which should be limited: they are counted one by one."""
    today = today or timezone.localdate()
    statement = _ALIKE.format(rows=_OWN if user.role == Role.REVIEWER else _AREA)
    values: dict[str, Any] = {"paused": Flag.PAUSED.value, "today": today, "soon": after(today, SOON)}
    assert user.office is not None, "every officer has one"
    offices = user.office.in_its_queues if user.role == Role.REVIEWER else [user.office_id]
    values |= {"offices": offices, "queues": [queue.value for queue in queues]}
    for place, rows in enumerate(beside):
        words, given = rows.values("pk").query.sql_with_params()
        named = {f"beside_{place}_{n}": value for n, value in enumerate(given)}
        statement += _BESIDE.format(place=place, rows=_with_names(words, iter(named)))
        values |= named
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = [Share(*row) for row in cursor.fetchall()]
    counted = {share.flags: share.number for share in found if not share.queue}
    return Counts(tuple(share for share in found if share.queue), tuple(counted[place] for place in range(len(beside))))


def _with_names(words: str, names: Iterator[str]) -> str:
    return re.sub(r"(?<!%)%s", lambda _found: f"%({next(names)})s", words)


def of_queue(user: User, queue: Queue, today: date | None = None) -> Counts:
    """What stands in one queue."""
    return of_queues(user, [queue], today)
