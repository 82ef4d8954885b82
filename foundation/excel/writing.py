"""Excel files that we write. Cells are text, so that neither a long number nor a name like =1+1 is computed."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SAFE = {"in_memory": True, "constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}


def sheet(title: str, header: list[str], rows: Iterable[Sequence[str | int | Decimal]]) -> bytes:
    """One sheet with a header row; every cell but numbers is written as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        page = book.add_worksheet(title)
        page.set_column(0, len(header) - 1, 18, book.add_format({"num_format": "@"}))
        page.freeze_panes(1, 0)
        money = book.add_format({"num_format": "#,##0.00"})
        page.write_row(0, 0, header, book.add_format({"bold": True, "bg_color": "#eef3f9"}))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int | Decimal):
                    page.write_number(number, column, value, money if isinstance(value, Decimal) else None)
                else:
                    page.write_string(number, column, value)
    return buffer.getvalue()


def download(content: bytes, name: str) -> HttpResponse:
    """The answer of a page that hands out an Excel file called `name`."""
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
