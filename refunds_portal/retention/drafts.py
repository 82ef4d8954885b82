"""Drafts that nobody goes on with: of a batch, and of an account report. Their owner is told before they end and once they have, so that
nothing goes missing silently; whoever changes anything begins the time anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from bankreports import ending as reports
from foundation import apart
from foundation.retention import Draft, Removes
from inbox import ending
from pension.village import ending as batches

PERIOD = timedelta(days=30)
# Told so long before; one that was not told yet stays, however old it is.
NOTICE = timedelta(days=5)


@dataclass(frozen=True)
class Kind:
    """Where such drafts live: those untouched since a moment, and taking one away if it still is."""

    old: Callable[[datetime], Iterator[Draft]]
    end: Callable[[Draft], bool]


BATCHES, REPORTS = Kind(batches.old, batches.end), Kind(reports.old, reports.end)


def warn() -> None:
    """Whoever has a draft that ends in five days is told now. Again, it adds nothing."""
    before = timezone.now() - PERIOD + NOTICE
    for kind in (BATCHES, REPORTS):
        for draft in kind.old(before):
            ending.warn(draft, days=NOTICE.days)


def removes(kind: Kind) -> Removes:
    """Those untouched since a moment whose owner has known for `NOTICE`."""

    def remove(before: datetime) -> int:
        told_before = timezone.now() - NOTICE
        due = (draft for draft in kind.old(before) if ending.was_warned(draft, before=told_before))
        ended: list[bool] = []
        apart.each(partial(lambda draft: ended.append(_end(kind, draft)), draft) for draft in due)
        return sum(ended)

    return remove


@transaction.atomic
def _end(kind: Kind, draft: Draft) -> bool:
    ended = kind.end(draft)
    if ended:
        ending.say_gone(draft)
    return ended
