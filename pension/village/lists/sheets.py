"""The template of a list, and the lines of a list that are to be corrected. Every cell is text; nothing is computed."""

import io

from foundation.excel.writing import EXAMPLE, TEXT, Book, Column
from pension.village.lists.judging import Problem
from pension.village.lists.tables import EXAMPLE_NAME
from pension.village.lists.titles import TEMPLATE_VERSION

NAME, NUMBER = Column("姓名"), Column("证件号码", 26)
COLUMNS = [NAME, NUMBER, Column("原因", 90), Column("原行号", 10)]


def template() -> bytes:
    """姓名 and 证件号码 with one example, which an upload passes over, and the version of the template."""
    example = [
        f"{EXAMPLE_NAME}（上传时忽略，可删）",
        "420984194001010001",
        "每行一人；证件号码列已设为文本，请不要改成数字",
    ]
    columns = [Column(NAME.label, 28), NUMBER, Column(f"模板版本 {TEMPLATE_VERSION}", 46)]
    return _book("名单", columns, [example], EXAMPLE)


def to_correct(problems: list[Problem]) -> bytes:
    """The lines with their reasons, in the form of the template, so that the file can be sent again once corrected."""
    sheets = any(problem.sheet for problem in problems)
    rows = (
        [problem.name, problem.number, problem.reason, problem.row, *([problem.sheet] if sheets else [])]
        for problem in problems
    )
    return _book("需修改", [*COLUMNS, *([Column("原工作表", 14)] if sheets else [])], rows)


def _book(title: str, columns: list[Column], rows, style: str = TEXT) -> bytes:
    buffer = io.BytesIO()
    with Book(buffer) as book:
        book.sheet(title, columns, rows, style)
    return buffer.getvalue()
