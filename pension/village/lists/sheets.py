"""The template of a list, and the lines of a list that are to be corrected. Every cell is text; nothing is computed."""

import io
from datetime import date

import xlsxwriter

from foundation.excel.writing import SAFE
from pension.village.lists.judging import Problem
from pension.village.lists.tables import EXAMPLE_NAME
from pension.village.lists.titles import TEMPLATE_VERSION

NAME, NUMBER = ("姓名", 18), ("证件号码", 26)
COLUMNS = [NAME, NUMBER, ("原因", 90), ("原行号", 10)]


def template() -> bytes:
    """姓名 and 证件号码 with one example, which an upload passes over, and the version of the template."""
    example = [
        f"{EXAMPLE_NAME}（上传时忽略，可删）",
        "420984194001010001",
        "每行一人；证件号码列已设为文本，请不要改成数字",
    ]
    return _book("名单", [(NAME[0], 28), NUMBER, (f"模板版本 {TEMPLATE_VERSION}", 46)], [example], grey=True)


def to_correct(problems: list[Problem]) -> bytes:
    """The lines with their reasons, in the form of the template, so that the file can be sent again once corrected."""
    sheets = any(problem.sheet for problem in problems)
    rows = (
        [problem.name, problem.number, problem.reason, problem.row, *([problem.sheet] if sheets else [])]
        for problem in problems
    )
    return _book("需修改", [*COLUMNS, *([("原工作表", 14)] if sheets else [])], rows)


def _book(title: str, columns: list[tuple[str, int]], rows, *, grey: bool = False) -> bytes:
    buffer = io.BytesIO()
    # A fixed day: the same content is the same file.
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        book.set_properties({"created": date(2026, 1, 1)})
        text = book.add_format({"num_format": "@"})
        body = book.add_format({"num_format": "@", "font_color": "#4a5766", "italic": True}) if grey else text
        head = book.add_format({"bold": True, "bg_color": "#eef3f9", "num_format": "@"})
        page = book.add_worksheet(title)
        page.freeze_panes(1, 0)
        for place, (label, width) in enumerate(columns):
            page.set_column(place, place, width, text)
            page.write_string(0, place, label, head)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, place, value)
                else:
                    page.write_string(number, place, value, body)
    return buffer.getvalue()
