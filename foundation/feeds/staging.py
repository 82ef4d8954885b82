"""The temporary tables of one load: rows on trial, and why some of them are refused. Gone with the transaction."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

# Any number that no other advisory lock of the portal uses as its first key.
LOCK_SPACE = 0x46454544
# Said, after the heading of a key, to a row that comes after another one with that key. A format of PostgreSQL.
REPEATED = "与本文件第 %%s 行相同，只取先出现的一行。请核对后删除或改正本行"


class Stage:
    """`feed_stage` (line + the columns given, name → SQL type) and `feed_refusal` (line, column_name, reason).

    Never stage a plain document number, phone or password: temporary tables are files too.
    """

    def __init__(self, cursor: CursorWrapper, columns: dict[str, str]):
        self.cursor = cursor
        self.table("feed_stage", {"line": "integer NOT NULL", **columns})
        self.table(
            "feed_refusal",
            {
                "line": "integer NOT NULL",
                "column_name": "text NOT NULL",
                "reason": "text NOT NULL",
                "seq": "bigint GENERATED ALWAYS AS IDENTITY",
            },
        )

    def table(self, name: str, columns: dict[str, str]) -> None:
        """A temporary table of this load. It is not logged and not kept."""
        definition = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        # Dropped first: inside an outer transaction (tests) the one of an earlier load may still be there.
        self.cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self.cursor.execute(f"CREATE TEMPORARY TABLE {name} ({definition}) ON COMMIT DROP")

    def copy(self, table: str, rows: Iterable[Sequence[object]], columns: str = "") -> None:
        """Append `rows` by COPY; `columns` (with parentheses) when they are not all of the table's."""
        with self.cursor.copy(f"COPY {table} {columns} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def refuse(self, column: str, query: str, params: Sequence[Any] = ()) -> None:
        """Refuse what `query` selects: (line, reason). `column` is the Chinese heading."""
        self.cursor.execute(
            f"""INSERT INTO feed_refusal (line, column_name, reason)
                SELECT q.line, %s, q.reason FROM ({query}) q (line, reason)""",
            [column, *params],
        )

    def refuse_rows(self, refusals: list[tuple[int, str, str]]) -> None:
        """Refuse (line, column, reason)."""
        if refusals:
            self.copy("feed_refusal", refusals, "(line, column_name, reason)")

    def refuse_repeated(self, column: str, key: str) -> None:
        """Of several rows with one `key`, the first good one stays; the others are told its line."""
        self.drop_refused()
        self.refuse(
            column,
            f"""SELECT line, format('{column}{REPEATED}', first)
                FROM (SELECT line, min(line) OVER (PARTITION BY {key}) AS first FROM feed_stage) numbered
                WHERE line > first ORDER BY line""",
        )
        self.drop_refused()

    def drop_refused(self) -> None:
        """Leave only rows that nothing is said against."""
        self.cursor.execute("DELETE FROM feed_stage s USING feed_refusal r WHERE r.line = s.line")

    def analyze(self) -> None:
        """Let the planner know how large the load is."""
        self.cursor.execute("ANALYZE feed_stage")

    def newest(self, table: str) -> int:
        """The greatest id in a table so far."""
        self.cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        number: int = self.cursor.fetchone()[0]
        return number

    def count(self) -> int:
        self.cursor.execute("SELECT count(*) FROM feed_stage")
        number: int = self.cursor.fetchone()[0]
        return number

    def refusals(self) -> Iterator[tuple[int, str, str]]:
        """(line, columns, reasons) by line, all problems of a row together."""
        query = """SELECT line, string_agg(column_name, '；' ORDER BY seq),
                          string_agg(reason, '；' ORDER BY seq) || '。'
                   FROM feed_refusal GROUP BY line ORDER BY line"""
        with self.cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
            for line, columns, reasons in copy.rows():
                yield int(line), "；".join(dict.fromkeys(columns.split("；"))), reasons


def try_lock(cursor: CursorWrapper, name: str) -> bool:
    """Hold `name` until the transaction ends; False when another session holds it."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, _key(name)])
    held: bool = cursor.fetchone()[0]
    return held


def wait_lock(cursor: CursorWrapper, name: str) -> None:
    """Hold `name` until the transaction ends, waiting for whoever has it."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, _key(name)])


def _key(name: str) -> int:
    return zlib.crc32(name.encode()) - 2**31
