"""Excel files of the village pages. Cells are text, so that neither a long number nor a name like =1+1 is computed."""

import io
from decimal import Decimal

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {"in_memory": True, "constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}


def lines_sheet(refund, lines) -> bytes:
    """退费明细 with the columns of P3-21 and what became of each person. Numbers are masked."""
    header = ["序号", "姓名", "证件号码", "个人编号", "缴费金额", "税款所属期起", "税款所属期止", "处理结果", "说明"]
    rows = (
        [
            position,
            line.payment.person.name,
            str(line.payment.person.id_number),
            line.payment.personal_number,
            line.amount,
            line.payment.period_start.isoformat(),
            line.payment.period_end.isoformat(),
            line.outcome_label,
            line.outcome_words,
        ]
        for position, line in enumerate(_of(refund, lines), start=1)
    )
    return sheet("退费明细", header, rows)


def sheet(title: str, header: list[str], rows) -> bytes:
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


def _of(refund, lines):
    """The refund's own object on each line, instead of one query per line."""
    for line in lines.iterator(chunk_size=2000):
        line.refund = refund
        yield line
