"""参考时限 in working days: the day by which an application should be decided, and how far away it is."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from refunds.parameters import values
from refunds.parameters.models import CalendarDay

# 元旦, 劳动节, 国庆节: the holidays with a fixed date (全国年节及纪念日放假办法). The others follow the moon.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """参考时限: a day, and what a page says beside it when it was reckoned without a published holiday calendar."""

    day: date
    note: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()}（{self.note}）" if self.note else self.day.isoformat()


def deadline(start: datetime | None = None) -> Deadline:
    """The day on which as many working days as are the 参考时限 have passed after `start` (default now)."""
    begins = timezone.localdate(start)
    day = after(begins, values.whole("reference-days", begins))
    return Deadline(day, note_on(day))


def note_on(day: date) -> str:
    """What is said beside a day of a year whose calendar is not published yet; else an empty string."""
    if day.year in _known(_bucket())[2]:
        return ""
    return f"{day.year} 年放假安排公布前，按周一至周五扣除法定节日估算"


def after(day: date, working_days: int) -> date:
    """The day on which so many working days after `day` have passed."""
    return _after(day, working_days, _bucket())


def left(due: date, today: date | None = None) -> int:
    """Working days from today until `due`: 0 on the day itself, negative once it has passed."""
    today = today or timezone.localdate()
    return _between(today, due, _bucket()) if due >= today else -_between(due, today, _bucket())


def is_working_day(day: date) -> bool:
    """By the table; in a year it does not know, Monday to Friday but for the fixed holidays."""
    exceptions, years, _published = _known(_bucket())
    works = exceptions.get(day)
    if works is not None:
        return works
    return day.weekday() < 5 and (day.year in years or (day.month, day.day) not in FIXED_HOLIDAYS)


@lru_cache(maxsize=4096)  # a queue page asks for the same few days fifty times
def _after(day: date, working_days: int, _bucket: int) -> date:
    while working_days:
        day += ONE_DAY
        working_days -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def _between(start: date, end: date, _bucket: int) -> int:
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _bucket() -> int:
    """The table is read anew when this changes: a change by another process is seen within `PARAMETERS_SECONDS`."""
    return int(time.monotonic() // settings.PARAMETERS_SECONDS)


@lru_cache(maxsize=1)
def _known(_bucket: int) -> tuple[dict[date, bool], frozenset[int], frozenset[int]]:
    """Whether each day of the table is worked, the years that it knows, and those that are published. One query."""
    rows = list(CalendarDay.objects.values_list("day", "works", "verified"))
    exceptions = {day: works for day, works, _verified in rows}
    published = frozenset(day.year for day, _works, verified in rows if verified)
    return exceptions, frozenset(day.year for day in exceptions), published


def forget(**_signal: object) -> None:
    """Read the table anew: it has changed."""
    for cached in (_after, _between, _known):
        cached.cache_clear()


post_save.connect(forget, sender=CalendarDay)
post_delete.connect(forget, sender=CalendarDay)
