"""Excel files that we write. Cells are text, so that neither a long number nor a name like =1+1 is computed."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SAFE = {"in_memory": True, "constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}


Rows = Iterable[Sequence[str | int | Decimal]]


def sheet(title: str, header: list[str], rows: Rows) -> bytes:
    """One sheet with a header row; every cell but numbers is written as text."""
    return book([(title, header, rows)])


def book(sheets: Iterable[tuple[str, list[str], Rows]]) -> bytes:
    """Several of them, each with its title."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as written:
        for title, header, rows in sheets:
            _write(written, title, header, rows)
    return buffer.getvalue()


def _write(written: xlsxwriter.Workbook, title: str, header: list[str], rows: Rows) -> None:
    page = written.add_worksheet(title)
    page.set_column(0, len(header) - 1, 18, written.add_format({"num_format": "@"}))
    page.freeze_panes(1, 0)
    money = written.add_format({"num_format": "#,##0.00"})
    page.write_row(0, 0, header, written.add_format({"bold": True, "bg_color": "#eef3f9"}))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int | Decimal):
                page.write_number(number, column, value, money if isinstance(value, Decimal) else None)
            else:
                page.write_string(number, column, value)


def download(content: bytes, name: str) -> HttpResponse:
    """The answer of a page that hands out an Excel file called `name`."""
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
