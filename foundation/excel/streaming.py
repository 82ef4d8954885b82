"""Long tables for Excel and as CSV, in constant memory. A cell is never computed, whatever it begins with."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO

import xlsxwriter
from django.utils import timezone

Cell = str | int | Decimal | date | datetime | None
Rows = Iterable[Sequence[Cell]]

# What a spreadsheet takes for the beginning of a formula, or skips on the way to one.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# So many lines are sent at once.
LINES = 500
# A sheet holds 1,048,576 rows; what is longer goes on in another.
SHEET_ROWS = 1_000_000
_CONSTANT = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


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
    with xlsxwriter.Workbook(file, _CONSTANT) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#eef3f9"})
        money = workbook.add_format({"num_format": "#,##0.00"})
        for number, row in enumerate(rows):
            line = number % SHEET_ROWS
            if line == 0:
                page = _page(workbook, title, header, bold)
            for column, cell in enumerate(row):
                if isinstance(cell, int | Decimal):
                    page.write_number(line + 1, column, cell, money if isinstance(cell, Decimal) else None)
                else:
                    page.write_string(line + 1, column, plain(cell))
        if not workbook.worksheets():
            _page(workbook, title, header, bold)
    file.seek(0)
    return file


def _page(
    workbook: "xlsxwriter.Workbook", title: str, header: Sequence[str], bold: object
) -> "xlsxwriter.worksheet.Worksheet":
    many = len(workbook.worksheets())
    page = workbook.add_worksheet(f"{title}{many + 1}" if many else title)
    page.set_column(0, len(header) - 1, 18)
    page.freeze_panes(1, 0)
    page.write_row(0, 0, header, bold)
    return page


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
