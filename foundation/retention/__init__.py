"""How long something is kept, and its removal when that time is over. What is kept for how long stands in one table, at the roof."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

# Rows of one statement, and statements of one night: a million rows. What is left over goes the night after.
BATCH, MOST_BATCHES = 1000, 1000

Removes = Callable[[datetime], int]


@dataclass(frozen=True)
class Draft:
    """Something begun and not submitted: `title` is what its owner calls it, `changed_at` the last time that anybody went on with it.
    `key` tells it from all others, in at most 24 characters."""

    key: str
    title: str
    pk: Any
    changed_at: datetime
    person_id: Any = None
    organisation_id: Any = None


@dataclass(frozen=True)
class Kept:
    """One line of the table: what, how long, from which moment, by which law.

    `holds` names models (`app.Model`) or single columns of one (`app.Model.column`). Without a `period` it is a record that nothing here
    removes; otherwise `removes(before)` takes away what has been kept since before that moment and says how many. `least` is how long a
    law wants it kept: a shorter period is refused when the table is read.
    """

    code: str
    title: str
    holds: tuple[str, ...]
    since: str
    law: str
    period: timedelta | None = None
    removes: Removes | None = None
    least: timedelta = timedelta()

    def __post_init__(self) -> None:
        if (self.period is None) != (self.removes is None):
            raise ValueError(f"{self.code}: a period needs a removal, and a removal a period")
        if self.period is not None and self.period < self.least:
            raise ValueError(f"{self.code}: kept for {self.period.days} days, at least {self.least.days} are asked for")

    def remove(self, now: datetime) -> int:
        """Take away what has been kept long enough; how many."""
        assert self.removes is not None, "a record is not removed"
        assert self.period is not None, "a record has no end"
        return self.removes(now - self.period)


def in_batches(old: Callable[[datetime], QuerySet[Any]], deed: Callable[[QuerySet[Any]], int] | None = None) -> Removes:
    """Deletes (or does `deed` to) the rows that `old(before)` finds, so many at a time, each in a transaction of its own; passes over
    rows that somebody holds just then."""

    def removes(before: datetime) -> int:
        done = 0
        for _ in range(MOST_BATCHES):
            with transaction.atomic():
                found = old(before).order_by("pk").select_for_update(skip_locked=True, of=("self",))
                keys = list(found.values_list("pk", flat=True)[:BATCH])
                rows = old(before).model._base_manager.filter(pk__in=keys)
                done += deed(rows) if deed else rows.delete()[0]
            if len(keys) < BATCH:
                break
        return done

    return removes
