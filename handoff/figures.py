"""How much is under way between the portal and the agencies, counted when somebody asks. What is finished is not counted:
it grows without end, and an index leads only to the rest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from handoff.models import UNACKNOWLEDGED, Callback, Delivery, WorkItem

# Labels and the number.
Figure = tuple[tuple[str, ...], int]


def unacknowledged() -> Iterator[Figure]:
    """Deliveries without a receipt, by agency and status."""
    return _counted(Delivery.objects.filter(status__in=UNACKNOWLEDGED), "agency", "status")


def oldest() -> Iterator[Figure]:
    """How many seconds the oldest delivery without a receipt has waited, by agency."""
    waiting = Delivery.objects.filter(status__in=UNACKNOWLEDGED).order_by().values_list("agency")
    for agency, since in waiting.annotate(Min("created_at")):
        yield (agency,), _seconds_since(since)


def unapplied() -> Iterator[Figure]:
    """Messages that are stored and not applied, by agency."""
    return _counted(Callback.objects.filter(applied_at=None), "agency")


def jobs() -> Iterator[Figure]:
    """Jobs that wait, are in hand or gave up, by task and status."""
    return _counted(ProcrastinateJob.objects.filter(status__in=("todo", "doing", "failed")), "task_name", "status")


def open_items() -> Iterator[Figure]:
    """What a person must look at, by kind."""
    return _counted(WorkItem.objects.filter(closed_at=None), "kind")


def _counted(rows: QuerySet[Any], *labels: str) -> Iterator[Figure]:
    for *values, count in rows.order_by().values_list(*labels).annotate(Count("pk")):
        yield tuple(values), count


def _seconds_since(moment: datetime) -> int:
    return (timezone.now() - moment) // timedelta(seconds=1)
