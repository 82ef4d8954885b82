"""Sealed columns under the newest key, in small steps while the portal works. What is done is seen by the version in each value,
so whatever breaks off goes on where it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from foundation import crypto

# Rows of one step: some tens of milliseconds, in which nobody else may change them.
AT_ONCE = 500
# Of these, what one step holds in memory: a message about ten thousand people is megabytes.
MOST_BYTES = 16 * 2**20
TAKEN = """SELECT {key}, octet_length({column}) FROM {table}
    WHERE get_byte({column}, 0) <> %s AND (%s::text IS NULL OR {key} > %s) ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED"""
PUT_BACK = (
    "UPDATE {table} SET {column} = sealed.new FROM unnest(%s, %s::bytea[]) sealed (key, new) WHERE {key} = sealed.key"
)


@dataclass(frozen=True)
class Column:
    """One sealed column; `str()` is its name."""

    model: type[models.Model]
    field: crypto.EncryptedField

    def __str__(self) -> str:
        return f"{self.model._meta.db_table}.{self.field.attname}"

    def left(self) -> int:
        """Rows that are under another key than the newest."""
        return self._count("get_byte({column}, 0) <> %s", max(settings.FIELD_KEYS))

    def lost(self) -> int:
        """Rows whose key nobody has here."""
        return self._count("get_byte({column}, 0) <> ALL(%s)", list(settings.FIELD_KEYS))

    def reseal(self, at_once: int = AT_ONCE) -> Iterator[int]:
        """How many at each step. A row that somebody holds is passed over and stays for the next run, so nobody waits here or there."""
        last = None
        while rows := self._step(last, at_once):
            last = rows[-1][0]
            yield len(rows)

    def _step(self, last: Any, at_once: int) -> list[tuple]:
        after = None if last is None else str(last)
        with transaction.atomic(), pgtrigger.ignore(*self._guards()), connection.cursor() as cursor:
            cursor.execute(self._sql(TAKEN), [max(settings.FIELD_KEYS), after, last, at_once])
            keys = _no_more_than(MOST_BYTES, cursor.fetchall())
            if not keys:
                return []
            cursor.execute(
                self._sql("SELECT {key}, {column} FROM {table} WHERE {key} = ANY(%s) ORDER BY {key}"), [keys]
            )
            rows = cursor.fetchall()
            sealed = [self._again(key, blob) for key, blob in rows]
            cursor.execute(self._sql(PUT_BACK), [[key for key, _blob in rows], sealed])
        return rows

    def _again(self, key: object, blob: bytes) -> bytes:
        """The same words under the newest key, bound to the same row."""
        context = self.field.context(key)
        return crypto.encrypt(crypto.decrypt(bytes(blob), context=context), context=context)

    def _guards(self) -> list[str]:
        """Triggers that let nobody change such a row: its words stay as they came, only their key is another."""
        kinds = pgtrigger.Protect | pgtrigger.ReadOnly
        label = self.model._meta.label
        return [f"{label}:{one.name}" for one in getattr(self.model._meta, "triggers", []) if isinstance(one, kinds)]

    def _count(self, condition: str, given: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self._sql("SELECT count(*) FROM {table} WHERE " + condition), [given])
            return cursor.fetchone()[0]

    def _sql(self, words: str) -> str:
        meta, quoted = self.model._meta, connection.ops.quote_name
        return words.format(
            table=quoted(meta.db_table), key=quoted(str(meta.pk.column)), column=quoted(str(self.field.column))
        )


def columns() -> list[Column]:
    """Every sealed column there is."""
    found = [(model, field) for model in apps.get_models() for field in model._meta.local_concrete_fields]
    return [Column(model, field) for model, field in found if isinstance(field, crypto.EncryptedField)]


def _no_more_than(most: int, sizes: list[tuple]) -> list:
    """The first keys that together are no larger, and at least one."""
    kept: list = []
    total = 0
    for key, size in sizes:
        total += size
        if kept and total > most:
            break
        kept.append(key)
    return kept
