"""One load from the first line to the summary, in one transaction."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from foundation.feeds.errors import FeedError
from foundation.feeds.feed import Feed, Row
from foundation.feeds.reader import CsvFile, Record
from foundation.feeds.rejects import RejectedFile
from foundation.feeds.staging import Stage, try_lock

CHUNK_ROWS = 5_000
PROGRESS_ROWS = 50_000
WHOLE_ROW = "整行"


@dataclass(frozen=True)
class Summary:
    """Rows of the file; `read` is the sum of the next four. `seconds` of wall time; refused rows are in `rejected`."""

    read: int
    added: int
    updated: int
    unchanged: int
    refused: int
    seconds: float
    rejected: Path | None
    sha256: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"共 {self.read:,} 行，新增 {self.added:,}，更新 {self.updated:,}，未变 {self.unchanged:,}，"
            f"拒绝 {self.refused:,}，用时 {self.seconds:.1f} 秒"
        )


# Puts a load on record, in its transaction: the summary, and the refused rows as the file says them ("" for none).
Keep = Callable[[Summary, str], None]


def load(
    feed: Feed, path: Path, *, say: Callable[[str], None], keep: Keep | None = None, dry_run: bool = False
) -> Summary:
    """Load a file. Good rows go in, the others into `FILE.rejected.csv`; loading the same file again changes nothing. With
    `dry_run` nothing is written, here or beside the file.

    `say` is given a line of progress now and then. Raises `FeedError`, with nothing loaded, when the file cannot be
    read, its header is wrong, or a load of the same kind is running.
    """
    started = time.monotonic()
    with _opened(path) as file, RejectedFile(path) as rejected:
        source = CsvFile(file, feed.columns, feed.optional)
        with transaction.atomic(), connection.cursor() as cursor:
            if not try_lock(cursor, feed.name):
                raise FeedError("另一个同类文件正在加载。请等它结束后再加载；这次没有加载任何一行。")
            before = _fingerprint(file)
            stage = Stage(cursor, feed.stage)
            read = _fill(feed, source, stage, say)
            good, added, updated = _write(feed, stage, say)
            refused = rejected.write(source, stage.refusals())
            digest = _digest(file)
            if _fingerprint(file) != before or read != good + refused:
                raise FeedError("文件在加载过程中被改动。没有加载任何一行，请重新加载。")
            where = rejected.path if refused and not dry_run else None
            counts = (read, added, updated, good - added - updated, refused, time.monotonic() - started)
            summary = Summary(*counts, where, digest, tuple(feed.notes))
            if keep:
                keep(summary, rejected.text())
            if dry_run:
                transaction.set_rollback(True)
        if not dry_run:
            rejected.publish()
    return summary


def _opened(path: Path) -> BinaryIO:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FeedError(f"打不开文件 {path}：{error.strerror}。") from None
    if not file.seekable():
        file.close()
        raise FeedError(f"{path} 不是普通文件。请先存成文件再加载，因为它要读两遍。")
    return file


def _fingerprint(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()


def _fill(feed: Feed, source: CsvFile, stage: Stage, say: Callable[[str], None]) -> int:
    """Judge and stage every row, some thousands at a time. Returns how many there are."""
    feed.begin(stage)
    records, read = iter(source), 0
    while chunk := list(islice(records, CHUNK_ROWS)):
        _fill_chunk(feed, source.header, stage, chunk)
        read += len(chunk)
        if read % PROGRESS_ROWS == 0:
            say(f"已读 {read:,} 行")
    return read


def _fill_chunk(feed: Feed, header: list[str], stage: Stage, chunk: list[Record]) -> None:
    rows = []
    refusals = [(record.line, WHOLE_ROW, record.problem) for record in chunk if record.problem]
    for record in chunk:
        if not record.problem:
            row = Row(record.line, dict(zip(header, record.fields, strict=True)))
            row.values = feed.parse(row)
            rows.append(row)
    staged = feed.complete(stage, rows)
    stage.copy("feed_stage", ((row.line, *values) for row, values in zip(rows, staged, strict=True)))
    refusals += [(row.line, column, reason) for row in rows for column, reason in row.problems]
    stage.refuse_rows(refusals)


def _write(feed: Feed, stage: Stage, say: Callable[[str], None]) -> tuple[int, int, int]:
    """Check by set and write what is good: how many rows are good, were added, and were changed."""
    say("正在核对")
    stage.analyze()
    feed.check(stage)
    stage.drop_refused()
    say("正在写入")
    added, updated = feed.write(stage)
    return stage.count(), added, updated
