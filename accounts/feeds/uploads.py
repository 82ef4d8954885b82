"""Loading by the page: what was sent is tried by a job, and loaded by another one once the administrator has seen what it would
change. The same code as the commands'; a job that is run again loads nothing twice."""

import base64
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from accounts.feeds import kinds, loading
from accounts.models import Change, Upload, UploadPart, User
from accounts.records.uploads import UNDER_WAY, UploadState
from foundation.feeds.errors import FeedError
from foundation.shortening import shortened

QUEUE = "loads"
PIECE = 512 * 1024
# A file that nobody has loaded is not kept for longer.
KEPT = timedelta(days=7)
WENT_WRONG = "系统出错，没有载入任何一行，已记入日志。请联系运维人员，或稍后重新上传。"
log = structlog.get_logger(__name__)


class CannotBeDone(Exception):
    """Why nothing was done, as a sentence for the page."""


@transaction.atomic
def receive(kind: str, name: str, pieces: Iterable[bytes], *, size: int, by: User) -> Upload:
    """Kept sealed, and tried as soon as a worker is free."""
    title = kinds.every()[kind].title
    upload = Upload.objects.create(kind=kind, title=title, file_name=shortened(name, 200), size=size, by=by)
    for place, piece in enumerate(pieces):
        UploadPart.objects.create(upload=upload, place=place, content=base64.b64encode(piece).decode())
    Change.objects.create(by=by, what=shortened(f"上传名单 {name}", 100), after=title)
    run.configure().defer(upload_id=str(upload.pk), for_real=False)
    return upload


@transaction.atomic
def confirm(pk: UUID, *, by: User) -> Upload:
    """What was tried is loaded. Raises CannotBeDone when it is loaded already, or given up."""
    upload = _locked(pk)
    if upload.state != UploadState.CHECKED:
        raise CannotBeDone(f"这个文件现在是“{upload.get_state_display()}”，不能再载入。您的操作没有生效。")
    upload.state, upload.said = UploadState.LOADING, ""
    upload.save(update_fields=["state", "said"])
    Change.objects.create(by=by, what=shortened(f"载入名单 {upload.file_name}", 100), after=upload.counts)
    run.configure().defer(upload_id=str(upload.pk), for_real=True)
    return upload


@transaction.atomic
def give_up(pk: UUID, *, by: User) -> Upload:
    """The file is deleted. Raises CannotBeDone while a job is at it, or when there is nothing to give up."""
    upload = _locked(pk)
    if upload.state != UploadState.CHECKED:
        raise CannotBeDone(f"这个文件现在是“{upload.get_state_display()}”，不能放弃。您的操作没有生效。")
    Change.objects.create(by=by, what=shortened(f"放弃名单 {upload.file_name}", 100))
    _end(upload, UploadState.DROPPED)
    return upload


def known() -> QuerySet[Any]:
    """Each with `kept`, whether its refused rows are here."""
    rows = Upload.objects.select_related("by__person").defer("rejected")
    return rows.annotate(kept=Q(rejected__isnull=False))


def waiting() -> list[Upload]:
    """All that wait for the administrator, or for a worker, the newest first; after a week none waits any more."""
    rows = known().filter(state__in=(*UNDER_WAY, UploadState.CHECKED))
    return list(rows.order_by("-at", "-id"))


def drop_old(before: datetime) -> int:
    """What was sent before that moment and nobody has loaded, and what a job has lost; how many."""
    old = Upload.objects.filter(at__lt=before, parts__isnull=False).distinct().exclude(state__in=UNDER_WAY)
    for upload in old:
        with transaction.atomic():
            _end(upload, UploadState.DROPPED)
    return len(old)


@app.task(name="portal.load_upload", queue=QUEUE)
def run(upload_id: str, for_real: bool) -> None:
    """Try one upload, or load it."""
    upload = Upload.objects.select_related("by__person").get(pk=upload_id)
    if upload.state != (UploadState.LOADING if for_real else UploadState.CHECKING):
        return  # a job that was taken up again
    try:
        done = _load(upload, for_real)
    except FeedError as error:
        upload.said = shortened(str(error), 500)
        _end(upload, UploadState.FAILED)
    except Exception:
        log.exception("load_failed", upload=upload_id)
        upload.said = WENT_WRONG
        _end(upload, UploadState.FAILED)
    else:
        _keep(upload, done, for_real)


def _load(upload: Upload, for_real: bool) -> loading.Loaded:
    feed = kinds.every()[upload.kind].make()
    by = f"{upload.by.display_name}（{upload.by.username}）"
    with tempfile.TemporaryDirectory(prefix="load-") as folder:  # only this process may look into it
        path = Path(folder) / "list.csv"
        with path.open("wb") as file:
            for part in upload.parts.order_by("place").iterator(chunk_size=8):
                file.write(base64.b64decode(part.content.reveal("the rows are loaded")))
        say = _Progress(upload.pk)
        return loading.load(feed, path, by=by, say=say, dry_run=not for_real, name=upload.file_name)


@transaction.atomic
def _keep(upload: Upload, done: loading.Loaded, for_real: bool) -> None:
    summary = done.summary
    assert summary is not None, "a load without an error has one"
    upload.said, upload.counts, upload.refused = "", str(summary), summary.refused
    upload.notes, upload.rejected, upload.load = "\n".join(summary.notes), done.rejected or None, done.record
    if for_real:
        _end(upload, UploadState.LOADED)
    else:
        upload.state = UploadState.CHECKED
        upload.save()


def _end(upload: Upload, state: UploadState) -> None:
    upload.state = state
    upload.save()
    upload.parts.all().delete()


def _locked(pk: UUID) -> Upload:
    upload = Upload.objects.select_for_update().filter(pk=pk).first()
    if upload is None:
        raise CannotBeDone("没有找到这个文件。请从列表重新进入。")
    return upload


class _Progress:
    """Said beside the transaction of the load, which nobody sees into before it ends."""

    def __init__(self, pk: Any):
        self._pk = pk

    def __call__(self, line: str) -> None:
        beside = connection.copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute("UPDATE accounts_upload SET said = %s WHERE id = %s", [line[:500], self._pk])
        finally:
            beside.close()
