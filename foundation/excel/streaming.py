"""Long tables for Excel and as CSV, in constant memory. A cell is never computed, whatever it begins with."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO

from django.utils import timezone

from foundation.excel.writing import Book, Column

Cell = str | int | Decimal | date | datetime | None
Rows = Iterable[Sequence[Cell]]

# What a spreadsheet takes for the beginning of a formula, or skips on the way to one.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# So many lines are sent at once.
LINES = 500
# A sheet holds 1,048,576 rows; what is longer goes on in another.
SHEET_ROWS = 1_000_000


def plain(cell: Cell) -> str:
    """How a cell is written down: days and moments as pages show them, nothing as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def safe(cell: Cell) -> str:
    """The same for a CSV file: text that a spreadsheet would compute begins with an apostrophe."""
    text = plain(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULAS) else text


def csv_lines(header: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """UTF-8 with a mark in front, by which Excel knows it, some hundred lines at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow(map(safe, row))
        if number % LINES == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def book(title: str, header: Sequence[str], rows: Rows) -> IO[bytes]:
    """An Excel file on disk, which is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    columns, left, sheets = [Column(label) for label in header], iter(rows), 0
    with Book(file) as workbook:
        while (piece := Piece(left)) or not sheets:
            sheets += 1
            workbook.sheet(f"{title}{sheets}" if sheets > 1 else title, columns, piece)
    file.seek(0)
    return file


class Piece:
    """As many of the rows that are left as a sheet holds. False where none are."""

    def __init__(self, left: Iterator[Sequence[Cell]]):
        self._first = list(islice(left, 1))
        self._more = islice(left, SHEET_ROWS - 1)

    def __bool__(self) -> bool:
        return bool(self._first)

    def __iter__(self) -> Iterator[list[str | int | Decimal]]:
        for row in chain(self._first, self._more):
            yield [cell if isinstance(cell, int | Decimal) else plain(cell) for cell in row]


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
