"""What several querysets find, asked in one statement: a page costs one query, however many tables its rows come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


@dataclass(frozen=True)
class Named:
    """A query that the others may read from by its name."""

    name: str
    sql: str
    params: Sequence[Any]


def fetched(querysets: Iterable["QuerySet[Any, Any]"], named: Iterable[Named] = ()) -> list[list[Any]]:
    """The rows of each, as it would give them by itself, in its own columns side by side: a full join that joins nothing.

    Each should be limited. No order is promised between tables; `prefetch_related` is not known here.
    """
    asked = list(querysets)
    parts = [_Part(queryset) for queryset in asked]
    there = [part for part in parts if part.sql]
    if there:
        database = connections[asked[0].db]
        with database.cursor() as cursor:
            cursor.execute(*_statement(there, list(named)))
            for row in cursor.fetchall():
                _deal(row, there)
    return [part.objects() for part in parts]


class _Part:
    """One queryset: its statement (empty where it cannot find anything), and the rows that were its."""

    def __init__(self, queryset: "QuerySet[Any, Any]"):
        self._queryset: Any = queryset
        self._compiler: Any = queryset.query.get_compiler(queryset.db)
        self.rows: list[tuple[Any, ...]] = []
        try:
            self.sql, self.params = self._compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "", ()

    @property
    def width(self) -> int:
        return len(self._compiler.select)

    def objects(self) -> list[Any]:
        """What the queryset itself makes of its rows: models with what they are joined to, or tuples."""
        if not self.rows:
            return []
        self._compiler.execute_sql = lambda *_args, **_options: [self.rows]
        queryset = self._queryset.all()
        queryset.query.get_compiler = lambda *_args, **_options: self._compiler
        return list(queryset._iterable_class(queryset))


def _statement(parts: list[_Part], named: list[Named]) -> tuple[str, list[Any]]:
    params = [value for one in named for value in one.params] + [value for part in parts for value in part.params]
    begin = f"WITH {', '.join(f'{one.name} AS MATERIALIZED ({one.sql})' for one in named)} " if named else ""
    tables = [f"(SELECT true, part.* FROM ({part.sql}) part) part_{n}" for n, part in enumerate(parts)]
    return f"{begin}SELECT * FROM {tables[0]}{''.join(f' FULL JOIN {table} ON false' for table in tables[1:])}", params


def _deal(row: tuple[Any, ...], parts: list[_Part]) -> None:
    """A row belongs to the one part that it has columns of."""
    at = 0
    for part in parts:
        if row[at]:
            part.rows.append(row[at + 1 : at + 1 + part.width])
            return
        at += part.width + 1
