"""What runs by the clock: tried again, and what does not work in the end is one work item for each, until it works again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from handoff.items import close_settled, open_for
from handoff.jobs import APPLY, SEND
from handoff.jobs.backoff import Backoff
from handoff.models import WorkItem, WorkItemKind

# About a minute; the next time comes by the clock anyway.
SEVERAL = 5
# Of a job that has left no trace of when.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# What their items are filed under, in the words of whoever reads them.
PREFIX = "作业-"


@dataclass(frozen=True)
class Words:
    """For an officer: what it is called, and what is not done as long as it does not work."""

    title: str
    without: str


WORDS: dict[str, Words] = {}
clock: Any = app  # whose decorators are typed for options that are written out


def chore(
    name: str,
    title: str,
    *,
    without: str,
    cron: str,
    queue: str = "builtin",
    tries: int = SEVERAL,
    alone: bool = True,
    with_context: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator: a job that runs by the clock, waiting once at most, and `alone` or beside itself. What may take hours has a
    `queue` of its own: nobody who looks after the others waits for it."""
    WORDS[name] = Words(title, without)
    lock = name.partition(".")[2].replace("_", "-")
    options: dict[str, Any] = {
        "queueing_lock": lock,
        "lock": lock if alone else None,
        "pass_context": with_context,
        "retry": Backoff(tries),
    }

    def made(function: Callable[..., Any]) -> Any:
        task = clock.task(name=name, queue=queue, **options)(function)
        return clock.periodic(cron=cron)(task)

    return made


def tell() -> None:
    """Open an item for what gave up, and close those of what works again."""
    down = broken()
    for name, failed_at in down.items():
        if not _told(name).filter(closed_at=None).exists() and not _settled_since(name, failed_at):
            _tell(name)
    titles = {_filed(name) for name in down}
    works_again = WorkItem.objects.filter(
        kind=WorkItemKind.JOB_FAILED, agency="", instruction_id__startswith=PREFIX, closed_at=None
    ).exclude(instruction_id__in=titles)
    for filed in works_again.values_list("instruction_id", flat=True):
        close_settled([WorkItemKind.JOB_FAILED], filed, agency="")


def broken() -> dict[str, datetime]:
    """What gave up and has not worked since: when it last did, by its name."""
    worked = ProcrastinateJob.objects.filter(task_name=OuterRef("task_name"), status="succeeded", id__gt=OuterRef("id"))
    ended = ProcrastinateEvent.objects.filter(job=OuterRef("pk")).order_by("-id")
    failed = ProcrastinateJob.objects.filter(status="failed").exclude(task_name__in=(SEND, APPLY))
    newest = (Subquery(chosen.values("at")[:1]) for chosen in (ended.filter(type="failed"), ended))
    failed = failed.exclude(Exists(worked)).annotate(failed_at=Coalesce(*newest, Value(LONG_AGO)))
    return dict(failed.order_by("id").values_list("task_name", "failed_at"))


def is_overdue(before: datetime) -> bool:
    """Whether anything gave up before that moment, and nobody has dealt with it."""
    return any(at < before and not _settled_since(name, at) for name, at in broken().items())


@transaction.atomic
def _tell(name: str) -> None:
    words = WORDS.get(name, Words(name, "它要做的没有做"))
    detail = f"后台作业“{words.title}”多次重试仍没有完成：{words.without}。请联系运维人员；恢复后这条异常会自行了结。"
    open_for(WorkItemKind.JOB_FAILED, _filed(name), agency="", refund=None, detail=detail)


def _filed(name: str) -> str:
    title = WORDS[name].title if name in WORDS else name
    return f"{PREFIX}{title}"[: WorkItem._meta.get_field("instruction_id").max_length]


def _told(name: str) -> Any:
    return WorkItem.objects.filter(kind=WorkItemKind.JOB_FAILED, agency="", instruction_id=_filed(name))


def _settled_since(name: str, failed_at: datetime) -> bool:
    return bool(_told(name).filter(closed_at__gte=failed_at).exists())
