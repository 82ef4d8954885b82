"""Sealing what is closed, and looking whether what was sealed stands as it was."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

import structlog
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from foundation import apart
from refunds.sealing import migrated
from refunds.sealing.models import Seal

log = structlog.get_logger("seals")
DAY = timedelta(days=1)
# So many of the newest days are looked at every night, and so many days may pass without a seal.
NEWEST, MOST_LATE = 7, 3
# A digest of the digests of so many keys at a time: however long a day was, no value in the database gets long.
PIECE = 10_000
ROWS = """WITH digests AS (
    SELECT {key} AS key, sha256(convert_to(ROW({columns})::text, 'UTF8')) AS digest FROM {table} WHERE {key} > %s AND {key} <= %s
), pieces AS (
    SELECT key / {piece} AS piece, count(*) AS rows, sha256(string_agg(digest, ''::bytea ORDER BY key)) AS digest
    FROM digests GROUP BY key / {piece}
)
SELECT coalesce(sum(rows), 0)::bigint, sha256(coalesce(string_agg(digest, ''::bytea ORDER BY piece), ''::bytea)) FROM pieces"""
# A row is written the same way whoever asks.
WRITTEN = "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true), set_config('bytea_output', 'hex', true)"


@dataclass(frozen=True)
class History:
    """A table whose rows are only ever added: its key in the order of coming, and its column of the time."""

    table: str
    key: str
    at: str
    columns: tuple[str, ...]


def histories() -> list[History]:
    """The history of everything that has one, and what says `SEALED_BY` (its key and its time)."""
    found = []
    for model in apps.get_models():
        by = ("pgh_id", "pgh_created_at") if hasattr(model, "pgh_tracked_model") else getattr(model, "SEALED_BY", None)
        if by:
            columns = tuple(sorted(str(field.column) for field in model._meta.local_concrete_fields))
            key, at = by
            found.append(History(model._meta.db_table, key, at, columns))
    return sorted(found, key=lambda history: history.table)


# Sealing ---------------------------------------------------------------------------------------------------------------


def seal_closed_days() -> None:
    """Every day that is over and has no seal yet, of every history; the first seal takes in all that was before it. What somebody
    writes to for longer than this waits keeps none of the others open. Raises an ExceptionGroup of those."""
    apart.each(partial(_seal_closed_days, history) for history in histories())


def _seal_closed_days(history: History) -> None:
    today = timezone.localdate()
    before = Seal.objects.filter(history=history.table).order_by("-day").first()
    day = before.day + DAY if before else today - DAY
    settled = _settled(history) if day < today else 0
    while day < today:
        before = _seal(history, day, before, settled)
        day += DAY


def _settled(history: History) -> int:
    """A key up to which no row can come any more: for a moment nobody writes, so no key is in the hands of a transaction that
    goes on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f"LOCK TABLE {history.table} IN SHARE MODE")
        cursor.execute(f"SELECT coalesce(max({history.key}), 0) FROM {history.table}")
        return int(cursor.fetchone()[0])


@transaction.atomic
def _seal(history: History, day: date, before: Seal | None, settled: int) -> Seal:
    after_id = before.last_id if before else 0
    last_id = _last_of(history, day, after_id, settled)
    rows, digest = _digest(history.table, history.key, history.columns, after_id, last_id)
    seal = Seal(history=history.table, day=day, after_id=after_id, last_id=last_id, rows=rows, digest=digest)
    seal.columns = list(history.columns)
    seal.chain = _chained(seal, before)
    seal.save()
    # Outside the database too: whoever could make all seals anew could not make this line anew.
    log.info("history_sealed", history=history.table, day=str(day), rows=rows, chain=f"sha256{seal.chain.hex()}")
    return seal


def _last_of(history: History, day: date, after_id: int, settled: int) -> int:
    ends = timezone.make_aware(datetime.combine(day + DAY, time.min))
    question = f"SELECT max({history.key}) FROM {history.table} WHERE {history.key} > %s AND {history.key} <= %s AND {history.at} < %s"
    with connection.cursor() as cursor:
        cursor.execute(question, [after_id, settled, ends])
        return int(cursor.fetchone()[0] or after_id)


def _digest(table: str, key: str, columns: tuple[str, ...], after_id: int, last_id: int) -> tuple[int, bytes]:
    """How many rows, and the digest of them all in their order."""
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    names = {"table": connection.ops.quote_name(table), "key": connection.ops.quote_name(key), "columns": quoted}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        cursor.execute(ROWS.format(piece=PIECE, **names), [after_id, last_id])
        rows, digest = cursor.fetchone()
        return rows, bytes(digest)


def _chained(seal: Seal, before: Seal | None) -> bytes:
    facts = [seal.history, seal.day.isoformat(), seal.after_id, seal.last_id, seal.rows, list(seal.columns)]
    start = bytes(before.chain) if before else b""
    return hashlib.sha256(start + json.dumps(facts).encode() + bytes(seal.digest)).digest()


# Looking -----------------------------------------------------------------------------------------------------------------


def broken(*, whole: bool = False) -> list[str]:
    """Table and day of every seal that does not hold, and why; of the newest days, or of all. Empty when all is well."""
    known = {history.table: history for history in histories()}
    tables = Seal.objects.order_by("history").values_list("history", flat=True).distinct()
    return [f"{table} {words}" for table in tables for words in _broken_in(table, known.get(table), whole)]


def _broken_in(table: str, history: History | None, whole: bool) -> Iterator[str]:
    newest = Seal.objects.filter(history=table).order_by("-day")
    # The one before the first that is looked at tells where that began.
    seals = list(reversed(newest if whole else newest[: NEWEST + 1]))
    before = None if whole or len(seals) <= NEWEST else seals.pop(0)
    for seal in seals:
        if words := _wrong(seal, before, history):
            yield f"{seal.day} {words}"
        before = seal
    if seals and timezone.localdate() - seals[-1].day > MOST_LATE * DAY:
        yield f"{seals[-1].day} is the last day that was sealed"


def _wrong(seal: Seal, before: Seal | None, history: History | None) -> str:
    if (seal.after_id, seal.day) != (before.last_id, before.day + DAY) if before else seal.after_id:
        return "does not follow the day before"
    if bytes(seal.chain) != _chained(seal, before):
        return "the seal itself was changed"
    if history is None:
        return "cannot be looked at: its table is gone"
    renamed, removed = migrated.RENAMED.get(history.table, {}), migrated.REMOVED.get(history.table, frozenset())
    named_now = [renamed.get(column, column) for column in seal.columns]
    columns = tuple(column for column in named_now if column not in removed)
    if gone := sorted(set(columns) - set(history.columns)):
        return f"cannot be looked at: sealed with {', '.join(gone)}, which no migration is known to have renamed or removed"
    rows, digest = _digest(history.table, history.key, columns, seal.after_id, seal.last_id)
    if rows != seal.rows:
        return f"has {rows} rows, {seal.rows} were sealed"
    is_whole = len(columns) == len(seal.columns)
    return "rows were changed" if is_whole and digest != bytes(seal.digest) else ""
