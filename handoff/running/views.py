"""作业 and 移交事项 in 管理端."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from accounts.administration.views import for_administrators, shown
from accounts.guards import SignedIn
from accounts.models import Change
from foundation.paging import page_of
from foundation.shortening import shortened
from handoff import figures
from handoff.jobs import APPLY, SEND
from handoff.jobs.chores import WORDS
from handoff.models import WorkItem
from refunds import schemes

PAGE_SIZE = 50
TITLES = {SEND: "向社保部门移交", APPLY: "处理社保部门的回传"}


@require_safe
@for_administrators
def jobs(request: SignedIn) -> HttpResponse:
    """How many of each wait, run or gave up, since when the oldest waits, and those that gave up."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for (task, status), count in figures.jobs():
        counts[title_of(task)][status] = count
    due = ProcrastinateEvent.objects.filter(job__status="todo", type="deferred").order_by("at")
    page = page_of(request, [_gave_up()], size=PAGE_SIZE, keys=["id"], newest_first=True)
    context = {"page": page, "counts": sorted(counts.items()), "oldest": due.values_list("at", flat=True).first()}
    return shown(request, "administration/jobs.jinja", context | {"title_of": title_of})


@require_POST
@for_administrators
def again(request: SignedIn, pk: int) -> HttpResponse:
    """One that gave up runs once more. Whatever it does is harmless to do twice; that it was asked for is on record."""
    job = ProcrastinateJob.objects.filter(pk=pk, status="failed").first()
    if job is None:
        raise Http404
    title = title_of(job.task_name)
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job.pk, retry_at=timezone.now())
            Change.objects.create(
                by=request.user, what=shortened(f"作业 {title}", 100), before="没有完成", after="重试"
            )
    except ConnectorException:  # taken by somebody else meanwhile, or the same one waits already
        messages.warning(request, f"{title}：同一作业已经在等待或正在运行，不用重试。")
    else:
        messages.success(request, f"{title}：已重新排队，稍后刷新本页看结果。")
    return redirect("running:jobs")


@require_safe
@for_administrators
def items(request: SignedIn) -> HttpResponse:
    """移交事项 that wait for an officer, of all offices, the oldest first: what it is and whose. The administrator settles none."""
    rows = WorkItem.objects.filter(closed_at=None).select_related("office").defer("detail")
    page = page_of(request, [rows], size=PAGE_SIZE, keys=["id"])
    agencies = {scheme.agency: scheme.agency_name for scheme in schemes.every()}
    return shown(request, "administration/items.jinja", {"page": page, "agencies": agencies})


def title_of(task: str) -> str:
    """What a job is called."""
    return WORDS[task].title if task in WORDS else TITLES.get(task, task)


def _gave_up() -> QuerySet[Any]:
    """Each with `failed_at`."""
    last = ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type="failed").order_by("-id").values("at")[:1]
    return ProcrastinateJob.objects.filter(status="failed").annotate(failed_at=Subquery(last))
