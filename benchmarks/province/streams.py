"""One COPY per table, all open at once, so that what belongs together is written together and memory stays flat.

Triggers and foreign keys rest meanwhile (`session_replication_role`), in these sessions only: the rows that triggers would have
written are written like all others. That takes a superuser of the database.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from typing import Any, Self

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql

Model = type[models.Model]
LINES = 1_000  # that are sent at once


class MissingColumn(Exception):
    """A column that has no default and was given nothing: the generator has to learn what it means."""


class _Needed:
    """Stands in a row for what has to be given."""


NEEDED = _Needed()


def default_of(field: models.Field) -> Any:
    """What a row has where nothing is said: the model's own default, or NEEDED. Nothing that differs from run to run."""
    if field.primary_key or getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return NEEDED
    if field.has_default():
        steady = not callable(field.default) or field.default in (dict, list)
        if field.default is list and isinstance(field, ArrayField):
            return "{}"
        return field.get_default() if steady else NEEDED
    if field.null:
        return None
    return "" if field.blank and field.empty_strings_allowed else NEEDED


class _Encoders(dict):
    """How a value is written, by its type."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if not issubclass(kind, str):
            raise KeyError(kind)
        self[kind] = str  # a word of one of our TextChoices
        return self[kind]


ENCODE = _Encoders(
    {
        str: str,
        int: str,
        bool: lambda value: "t" if value else "f",
        type(None): lambda value: "\\N",
        Decimal: str,
        date: date.isoformat,
        bytes: lambda value: "\\\\x" + value.hex(),
        dict: lambda value: json.dumps(value, ensure_ascii=False),
        list: lambda value: json.dumps(value, ensure_ascii=False),
    }
)


def _default_text(value: Any) -> Any:
    return NEEDED if value is NEEDED else ENCODE[type(value)](value)


class Table:
    """Rows on their way into one table."""

    def __init__(self, model: Model, copy: psycopg.Copy | None = None):
        self.model, self.copy = model, copy
        self.count = 0
        self._blank = {field.column: default_of(field) for field in model._meta.concrete_fields}
        key = model._meta.pk
        assert key is not None, "every table of ours has one"
        self._key = key.column if isinstance(key, models.AutoField) else ""
        self.columns = tuple(self._blank)
        # What is not named is written once and for all; joining a line fails where something NEEDED is left.
        self._written = {name: _default_text(value) for name, value in self._blank.items()}
        self._lines: list[str] = []

    @property
    def blank(self) -> dict[str, Any]:
        """A row of which nothing is said yet."""
        return dict(self._blank)

    def add(self, values: dict[str, Any]) -> int:
        """One more row; its key where the database would have counted. Raises MissingColumn; KeyError for what is no column, or
        no value that we can write."""
        self.count += 1
        row = self._written.copy()
        try:
            for name, value in values.items():
                row[name] = value if type(value) is str else ENCODE[type(value)](value)
            if self._key:
                row[self._key] = str(self.count)
            if len(row) != len(self.columns):
                raise KeyError(f"{self.model._meta.db_table} has no column {sorted(row.keys() - set(self.columns))}")
            self._lines.append("\t".join(row.values()))
        except TypeError:
            missing = sorted(name for name, value in row.items() if value is NEEDED)
            raise MissingColumn(f"{self.model._meta.db_table}: nothing was said of {missing}") from None
        if len(self._lines) == LINES:
            self.flush()
        return self.count

    def flush(self) -> None:
        if self._lines and self.copy:
            self.copy.write(self._block().encode())
        self._lines.clear()

    def _block(self) -> str:
        """The lines as the text format of COPY wants them. Nothing of ours has to be escaped, which is counted, not believed."""
        block, lines, tabs = "\n".join(self._lines) + "\n", len(self._lines), len(self.columns) - 1
        legal = block.count("\\N") + 2 * block.count("\\\\x")
        if (block.count("\n"), block.count("\t"), block.count("\\")) != (lines, lines * tabs, legal):
            raise ValueError(f"{self.model._meta.db_table}: a tab, a line break or a backslash in one of {lines} rows")
        return block


class Streams:
    """`with Streams(models) as tables: tables[Person].add(...)`. What fails midway leaves nothing."""

    def __init__(self, kinds: Iterable[Model]):
        self._kinds = list(kinds)

    def __enter__(self) -> Self:
        self._ending, self._connections = ExitStack(), []
        self._tables = {model: Table(model) for model in self._kinds}
        with ExitStack() as opening:
            for table in self._tables.values():
                table.copy = opening.enter_context(self._copy(opening, table))
            self._ending = opening.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        try:
            if error is None:
                for table in self._tables.values():
                    table.flush()
        finally:
            for table in self._tables.values():
                table.copy = None
            self._ending.__exit__(kind, error, trace)

    def __getitem__(self, model: Model) -> Table:
        return self._tables[model]

    @property
    def counts(self) -> dict[str, int]:
        return {model._meta.db_table: table.count for model, table in self._tables.items()}

    def _copy(self, opening: ExitStack, table: Table) -> Any:
        params = connection.get_connection_params()
        session = opening.enter_context(psycopg.connect(**{**params, "cursor_factory": psycopg.Cursor}))
        session.execute("SET session_replication_role = replica")
        return session.cursor().copy(
            sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table.model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, table.columns))
            )
        )
