"""What fell between two stools: a delivery or a message that no job works on, a job that gave up or never ends.

A job is deferred with what it is about, but a database that restarts in the middle, or a worker that cannot write down
how a job ended, may lose it. The sweep looks once a minute (`handoff/tasks.py`); `/readyz` says when that was not enough.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField, Value
from django.db.models.fields import BigIntegerField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from handoff.jobs import APPLY, SEND, SWEEP, chores
from handoff.models import Callback, Delivery, DeliveryStatus, Reach, WorkItem, WorkItemKind
from handoff.store import known, to_send
from refunds.parameters import values

# A message is applied within seconds; after this long without a job nobody will.
UNAPPLIED_SECONDS = 60


def sends_without_job() -> QuerySet[Delivery]:
    """Deliveries that are to be sent, and no job will."""
    return to_send().exclude(Exists(_live(SEND, "delivery_id").filter(about=Cast(OuterRef("pk"), TextField()))))


def stuck_sends() -> list[Delivery]:
    """Deliveries without a receipt for so long as makes an agency one that is down, and yet it has taken another one meanwhile and
    as long ago. No item tells of them yet."""
    bound = _ago(values.whole("agency-down-seconds"))
    down = Reach.objects.filter(failing_since__lt=bound).values("agency")
    told = WorkItem.objects.filter(
        Q(kind=WorkItemKind.UNANSWERED, instruction_id=OuterRef("instruction_id"))
        | Q(kind=WorkItemKind.CORRECTED, number=OuterRef("number")),
        closed_at=None,
    )
    waiting = known().filter(status=DeliveryStatus.UNKNOWN, frozen=False, sent_at__lt=bound)
    taken = {"acknowledged_at__gt": OuterRef("sent_at"), "acknowledged_at__lt": bound}
    took_another = Delivery.objects.filter(agency=OuterRef("agency"), **taken)
    return list(waiting.exclude(agency__in=down).exclude(Exists(told)).filter(Exists(took_another)))


def callbacks_without_job() -> QuerySet[Callback]:
    """Messages that were stored more than a minute ago, and no job will apply them."""
    unapplied = Callback.objects.filter(applied_at=None, received_at__lt=_ago(UNAPPLIED_SECONDS))
    return unapplied.exclude(Exists(_live(APPLY, "callback_id").filter(about=Cast(OuterRef("pk"), TextField()))))


def endless_jobs() -> QuerySet[ProcrastinateJob]:
    """Jobs in hand for so long that whoever had them could not write down how they ended."""
    return _jobs("doing").annotate(started_at=_newest("started")).filter(started_at__lt=_overdue())


def failed_jobs() -> QuerySet[Any]:
    """Jobs of our queue that gave up, with `instruction` and `failed_at`, which no work item has told anybody about."""
    told = _items().filter(Q(closed_at=None) | Q(closed_at__gte=OuterRef("failed_at")))
    return _failed().exclude(Exists(told))


def went_on() -> list[tuple[str, str]]:
    """(agency, instruction) of the open items about a job that gave up, where another one has done it since: there is nothing to
    send and no message to apply. Also of a message about an instruction that is none of ours."""
    items = WorkItem.objects.filter(kind=WorkItemKind.JOB_FAILED, closed_at=None)
    same = {"instruction_id": OuterRef("instruction_id"), "agency": OuterRef("agency")}
    delivery, messages = Delivery.objects.filter(**same), Callback.objects.filter(**same)
    waiting = delivery.filter(status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN))
    about = items.filter(Exists(delivery) | Exists(messages))
    rows = about.exclude(Exists(waiting)).exclude(Exists(messages.filter(applied_at=None)))
    return list(rows.values_list("agency", "instruction_id"))


def is_overdue() -> bool:
    """Whether something has waited longer than `HANDOFF_OVERDUE_SECONDS` without anybody having dealt with it."""
    settled = _items().filter(closed_at__gte=OuterRef("failed_at"))
    late: tuple[QuerySet[ProcrastinateJob] | QuerySet[Delivery] | QuerySet[Callback], ...] = (
        _failed().filter(failed_at__lt=_overdue()).exclude(Exists(settled)),
        # Without the sweep nobody is told of anything: it waits for its slot, or for one that never ends.
        ProcrastinateJob.objects.filter(status="todo", task_name__in=(SEND, APPLY, SWEEP))
        .annotate(due=Coalesce(F("scheduled_at"), _newest("deferred")))
        .filter(due__lt=_overdue()),
        endless_jobs(),
        sends_without_job().filter(created_at__lt=_overdue()),
        Callback.objects.filter(applied_at=None, received_at__lt=_overdue()),
    )
    return any(rows.exists() for rows in late) or chores.is_overdue(_overdue())


def _failed() -> QuerySet[Any]:
    sent = Delivery.objects.filter(pk=Cast(KeyTextTransform("delivery_id", OuterRef("args")), UUIDField()))
    told = Callback.objects.filter(pk=Cast(KeyTextTransform("callback_id", OuterRef("args")), BigIntegerField()))
    name = Concat(Value("job-"), Cast("pk", CharField()))
    return _jobs("failed").annotate(
        failed_at=Coalesce(_newest("failed"), _newest("deferred")),
        instruction=Coalesce(
            Subquery(sent.values("instruction_id")[:1]), Subquery(told.values("instruction_id")[:1]), name
        ),
    )


def _items() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(kind=WorkItemKind.JOB_FAILED, instruction_id=OuterRef("instruction"))


def _jobs(*statuses: str) -> QuerySet[ProcrastinateJob]:
    jobs: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.filter(status__in=statuses, task_name__in=(SEND, APPLY))
    return jobs


def _live(task: str, argument: str) -> QuerySet[Any]:
    return _jobs("todo", "doing").filter(task_name=task).annotate(about=KeyTextTransform(argument, "args"))


def _newest(event: str) -> Subquery:
    """When that last happened to a job."""
    return Subquery(ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type=event).order_by("-id").values("at")[:1])


def _overdue() -> datetime:
    return _ago(settings.HANDOFF_OVERDUE_SECONDS)


def _ago(seconds: int) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)
