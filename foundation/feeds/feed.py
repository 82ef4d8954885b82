"""What one kind of file declares about itself."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from foundation.feeds.errors import Refusal
from foundation.feeds.staging import Stage

Value = TypeVar("Value")


class Row:
    """A row on trial: its cells by heading, and what is wrong with it so far as (column, reason)."""

    __slots__ = ("cells", "line", "problems", "values")

    def __init__(self, line: int, cells: dict[str, str]):
        self.line = line
        self.cells = cells
        self.problems: list[tuple[str, str]] = []
        self.values: Sequence[Any] = ()

    def take(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """The parsed cell, or None when it is refused."""
        try:
            return parse(self.cells[column])
        except Refusal as refusal:
            self.refuse(column, str(refusal))
            return None

    def take_optional(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """The same of a column that a file may leave out; None, too, for what is not there."""
        return self.take(column, parse) if self.cells.get(column, "").strip() else None

    def refuse(self, column: str, reason: str) -> None:
        """`reason` is a Chinese sentence without its full stop. It must not repeat an ID, phone or account number."""
        self.problems.append((column, reason))


class Feed:
    """Subclasses say what is in the file and where it goes; `runner.load` calls the methods in this order.

    `name` is the kind of file as an administrator reads it (two loads of it never run together), `columns` the Chinese
    headings, `optional` those that a file may leave out, `stage` the staged columns with their SQL types.
    """

    name: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    stage: dict[str, str] = {}

    @property
    def notes(self) -> list[str]:
        """What whoever loads should know beside the counts, as sentences; said after `write`."""
        return []

    def begin(self, stage: Stage) -> None:
        """Make further temporary tables."""

    def parse(self, row: Row) -> Sequence[Any]:
        """Judge the cells by themselves; the values of the `stage` columns, None for those refused."""
        raise NotImplementedError

    def complete(self, stage: Stage, rows: list[Row]) -> Sequence[Sequence[Any]]:
        """The staged values of some thousand rows at once, where a rule needs the database for them."""
        return [row.values for row in rows]

    def check(self, stage: Stage) -> None:
        """Refuse, by set, what the row alone could not tell."""

    def write(self, stage: Stage) -> tuple[int, int]:
        """Put what is left in `feed_stage` into the portal's tables: how many were added, and how many changed."""
        raise NotImplementedError
