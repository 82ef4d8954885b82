"""Excel files that we write, row by row, so that none is ever whole in memory. Every cell but a number is text: neither a long
number nor a name like =1+1 is computed."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO

from django.http import HttpResponse
from xlsxwriter import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | Decimal | None
Rows = Iterable[Sequence[Cell]]

# What a cell of Excel holds at most; what is longer makes it refuse the whole file.
LONGEST, CUT = 32_767, "……（太长，后面没有写入）"
# Half a character, which no file can hold.
HALF = re.compile("[\ud800-\udfff]")
# A fixed day, so that the same content is the same file.
DAY = datetime(2026, 1, 1)
TEXT, MONEY, HEAD, EXAMPLE = "text", "money", "head", "example"
STYLES = {
    TEXT: {"num_format": "@"},
    MONEY: {"num_format": "#,##0.00"},
    HEAD: {"num_format": "@", "bold": True, "bg_color": "#EEF3F9"},
    EXAMPLE: {"num_format": "@", "italic": True, "font_color": "#4A5766"},
}


@dataclass(frozen=True)
class Column:
    """A head, and how wide its column is, in characters."""

    label: str
    width: int = 18


class Book:
    """A workbook on its way into `file`, one sheet after the other."""

    def __init__(self, file: IO[bytes]):
        self._folder = TemporaryDirectory()
        self._book = Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_properties({"created": DAY})
        self._styles = {name: self._book.add_format(said) for name, said in STYLES.items()}

    def __enter__(self) -> "Book":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._folder:
            if error is None:
                self._book.close()

    def sheet(self, title: str, columns: Sequence[Column], rows: Rows, style: str = TEXT) -> None:
        """One sheet with its heads above, which stay in sight; text is written in `style`."""
        page, text, money = self._book.add_worksheet(title), self._styles[style], self._styles[MONEY]
        page.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width, self._styles[TEXT])
            page.write_string(0, place, column.label, self._styles[HEAD])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    if value:
                        page.write_string(number, place, _writable(value), text)
                elif value is not None:
                    page.write_number(number, place, value, money if isinstance(value, Decimal) else None)


def sheet(title: str, header: Sequence[str], rows: Rows) -> bytes:
    """A workbook of one sheet."""
    return book([(title, header, rows)])


def book(sheets: Iterable[tuple[str, Sequence[str], Rows]]) -> bytes:
    """A workbook of several, each with its title."""
    buffer = io.BytesIO()
    with Book(buffer) as written:
        for title, header, rows in sheets:
            written.sheet(title, [Column(label) for label in header], rows)
    return buffer.getvalue()


def download(content: bytes, name: str) -> HttpResponse:
    """The answer of a page that hands out an Excel file called `name`."""
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _writable(text: str) -> str:
    return HALF.sub("\ufffd", text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT)
