"""A file of results: its lines are the messages that come one by one otherwise, and what becomes of each is the same.

A chunk of lines is stored and counted in one transaction, and then each of its messages is applied in its own, by the code of a
single one. Who dies between the two leaves messages that are stored and not applied: the sweep gives them a job.
"""

import gzip
import io
import logging
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation.shortening import shortened
from handoff import deliveries
from handoff.jobs import READ
from handoff.models import Callback, RefusedMessage, ResultsFile, WorkItemKind
from handoff.receiving import refused
from handoff.watch import UNAPPLIED_SECONDS
from handoff.wire import messages

log = logging.getLogger(__name__)

CHUNK = 200
# After so many seconds the rest waits behind what came meanwhile.
SLICE = 10
# As long as a single message may be; and all of them together, unpacked.
MAX_LINE, MAX_UNPACKED = 8 * 1024 * 1024, 256 * 1024 * 1024
GZIP = b"\x1f\x8b"
MOST_OF_WHY = RefusedMessage._meta.get_field("why").max_length or 0
# A message is known by its content: in whatever file, and in whatever place of it.
LINE_ID = "line-{}"

# A number in the file, and the line; None where the rest cannot be read, with what is wrong.
Line = tuple[int, bytes, str]


def store(agency: str, message_id: str, body: bytes) -> tuple[ResultsFile, bool]:
    """The file, durably, and whether it is new; raises Unreadable for an id that is none."""
    packed = body if body.startswith(GZIP) else gzip.compress(body, compresslevel=1)
    return ResultsFile.objects.get_or_create(
        agency=agency,
        message_id=messages.message_id(message_id),
        defaults={"digest": refused.digest(body), "body": packed.decode("latin-1")},
    )


def without_job() -> QuerySet[ResultsFile]:
    """What came more than a minute ago and is not finished, and no job reads it."""
    before = timezone.now() - timedelta(seconds=UNAPPLIED_SECONDS)
    live = ProcrastinateJob.objects.filter(status__in=("todo", "doing"), task_name=READ)
    live = live.annotate(about=KeyTextTransform("file_id", "args")).filter(about=Cast(OuterRef("pk"), TextField()))
    return ResultsFile.objects.defer("body").filter(finished_at=None, received_at__lt=before).exclude(Exists(live))


def read_on(file_id: UUID | str) -> bool:
    """Read and apply for a while, from where it was left. Whether it is finished."""
    file = ResultsFile.objects.get(pk=file_id)
    if file.finished_at:
        return True
    until = time.monotonic() + SLICE
    lines = _lines(file.body.reveal("applied as it came").encode("latin-1"), after=file.position)
    while chunk := list(islice(lines, CHUNK)):
        for callback_id in _take(file, chunk):
            _apply(callback_id)
        if time.monotonic() > until:
            return False
    ResultsFile.objects.filter(pk=file.pk).update(finished_at=timezone.now())
    return True


def _apply(callback_id: int) -> None:
    """One that fails holds up nobody: it stays unapplied, and the sweep gives it a job of its own, with all its tries."""
    try:
        deliveries.apply(callback_id)
    except Exception:
        log.exception("a line of results could not be applied yet", extra={"callback": callback_id})


@transaction.atomic
def _take(file: ResultsFile, chunk: list[Line]) -> list[int]:
    """Store what can be read, keep the rest with its reason, count both. What is to be applied, in the order of the file."""
    with connection.cursor() as cursor:  # two files of one agency at once would both count a line as new
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"results {file.agency}"])
    now = ResultsFile.objects.select_for_update().defer("body").get(pk=file.pk)
    chunk = [line for line in chunk if line[0] > now.position]  # another worker took this one for dead
    read, bad = _sorted_out(file.agency, [line for line in chunk if line[1].strip() or line[2]])
    for number, line, why in bad:
        sentence = shortened(f"结果文件第 {number} 行：{why}", MOST_OF_WHY)
        refused.keep_and_tell(file.agency, f"{file.message_id} #{number}", line, sentence, WorkItemKind.UNREADABLE)
    messages_of = {one.message_id: one for one in read}
    stored = Callback.objects.filter(agency=file.agency, message_id__in=messages_of)
    before = set(stored.values_list("message_id", flat=True))
    new = [one for name, one in messages_of.items() if name not in before]
    Callback.objects.bulk_create(new)
    now.position = chunk[-1][0] if chunk else now.position
    now.lines += len(read) + len(bad)
    now.taken += len(new)
    now.known += len(read) - len(new)
    now.refused += len(bad)
    now.save(update_fields=["position", "lines", "taken", "known", "refused"])
    return [one.pk for one in new]


def _sorted_out(agency: str, lines: list[Line]) -> tuple[list[Callback], list[Line]]:
    """What can be read as a message, and what cannot."""
    read: list[Callback] = []
    bad: list[Line] = []
    for number, line, wrong in lines:
        try:
            if wrong:
                raise messages.Unreadable(wrong)
            digest = refused.digest(line.strip())
            fields = messages.read(messages.parse(line))
            read.append(Callback(agency=agency, message_id=LINE_ID.format(digest.hex()), digest=digest, **fields))
        except messages.Unreadable as error:
            bad.append((number, line, error.sentence))
    return read, bad


def _lines(packed: bytes, *, after: int) -> Iterator[Line]:
    """Each line with its number, from 1. Where the rest cannot be unpacked, one more that says so."""
    number = size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                wrong = "" if len(line) <= MAX_LINE else "这一行超过 8 MB，请减少内容后重新发送。"
                size += len(line) + _skip_rest(stream, line)
                if size > MAX_UNPACKED:
                    raise EOFError
                if number > after:
                    yield number, line, wrong
    except (OSError, EOFError, zlib.error):
        if number + 1 > after:
            yield number + 1, b"", "从这一行起，文件损坏或解压后超过 256 MB，没有读取，请检查后重新发送。"


def _skip_rest(stream: gzip.GzipFile, line: bytes) -> int:
    """Past the end of a line that is too long; how much that was. A bomb is one line."""
    skipped = 0
    while len(line) > MAX_LINE and not line.endswith(b"\n") and skipped <= MAX_UNPACKED:
        line = stream.readline(MAX_LINE + 1)
        skipped += len(line)
    return skipped
