"""What waits in the queues of some offices: every number that a page shows beside them, from one query."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Role, TaxOffice, User
from refunds.parameters.calendar import after
from refunds.states import Queue
from refunds.tallies.models import Flag

# So many working days before it is due, a case is urgent.
SOON = 3
# In the order of an officer's rail.
WAITING = (Queue.REVIEW, Queue.COUNTERSIGN, Queue.AGENCY, Queue.DISPUTED)


# A day whose rows come to nothing is not the earliest of anything, so days are summed first.
_ALIKE = """
SELECT measure, scheme,
  CASE WHEN bucket & %s > 0 THEN 'later' WHEN day < %s THEN 'overdue' WHEN day <= %s THEN 'soon' ELSE 'later' END AS urgency,
  bucket, officer_id, sum(number)::int, sum(amount), min(day)
FROM (
    SELECT measure, scheme, day, bucket, officer_id, sum(number) AS number, sum(amount) AS amount FROM refunds_tally
    WHERE office_id IN ({offices}) AND measure = ANY(%s)
    GROUP BY measure, scheme, day, bucket, officer_id HAVING sum(number) <> 0) alike
GROUP BY measure, scheme, urgency, bucket, officer_id"""


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
    """What stands in the queues, to be narrowed: `counts.where(Queue.REVIEW, urgency=Urgency.SOON).number`."""

    shares: tuple[Share, ...]

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


def of_queues(offices: QuerySet[TaxOffice], queues: Collection[Queue] = WAITING, today: date | None = None) -> Counts:
    """What stands in these queues of these offices, in one query however much there is."""
    today = today or timezone.localdate()
    codes, parameters = offices.order_by().values("code").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE.format(offices=codes),
            [Flag.PAUSED.value, today, after(today, SOON), *parameters, [queue.value for queue in queues]],
        )
        return Counts(tuple(Share(*row) for row in cursor.fetchall()))


def of_queue(offices: QuerySet[TaxOffice], queue: Queue, today: date | None = None) -> Counts:
    """What stands in one queue."""
    return of_queues(offices, [queue], today)
