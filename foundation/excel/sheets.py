"""What every reader of a stranger's workbook gives, whatever its format, and what it may cost."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NoReturn

# The readers keep the whole rectangle up to the farthest cell, and each cell has its own copy of a shared text.
MAX_CELLS = 1_500_000
# Of all sheets together.
MAX_ALL = 2 * MAX_CELLS
MAX_TEXT = 64 * 1024 * 1024
MAX_SHEETS = 100

SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
TO_TEMPLATE = "请下载模板，把姓名和证件号码两列复制进去再上传。"
CORRUPT = "这个 Excel 文件已损坏，读不出来。" + SAVE_AS
ENCRYPTED = "这个 Excel 文件设了密码，读不出来。请取消密码、另存后再上传。"
NOT_EXCEL = "这个文件不是 Excel 工作簿。" + SAVE_AS
TOO_WIDE = "这个表格的范围或文字过大，可能整行整列设过格式。" + TO_TEMPLATE
TOO_MANY_SHEETS = f"这个文件有超过 {MAX_SHEETS} 张工作表，系统没有打开它。请只保留名单所在的工作表再上传。"

# What stands in a cell whose formula came to an error, where the reader does not keep which.
ERROR = "#N/A"

# What a cell may hold.
Cell = int | float | str | bool | time | date | datetime | timedelta
Row = tuple[int, list[Cell]]


class Unreadable(Exception):
    """Nothing of what was sent is taken. The message says why and what to do, to the person who sent it."""


@dataclass
class Shape:
    """What is not in the cells of a sheet: who is hidden, which cells are errors, how far it reaches. Counted from 1."""

    hidden: set[int] = field(default_factory=set)
    # Rows with a cell that was merged over several columns.
    merged: set[int] = field(default_factory=set)
    # Columns of the cells whose formula came to an error, by row.
    errors: dict[int, set[int]] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    cells: int = 0

    def weigh(self) -> None:
        """Refuse what would grow when it is read."""
        if self.rows * self.columns > MAX_CELLS or self.cells > MAX_CELLS:
            raise Unreadable(TOO_WIDE)

    def error(self, row: int, column: int) -> None:
        """Note that this cell is an error."""
        self.errors.setdefault(row, set()).add(column)


@dataclass
class Sheet:
    """`rows` as (number of the row, cells from `first_column` on), each once and in order. Rows and columns from 1."""

    name: str
    rows: Iterator[Row]
    visible: bool = True
    hidden: Set[int] = frozenset()
    merged: Set[int] = frozenset()
    first_column: int = 1


def weigh_all(shapes: list[Shape]) -> None:
    """Refuse a workbook whose sheets are bearable one by one, and not together."""
    if len(shapes) > MAX_SHEETS:
        raise Unreadable(TOO_MANY_SHEETS)
    if sum(shape.rows * shape.columns for shape in shapes) > MAX_ALL:
        raise Unreadable(TOO_WIDE)


def with_errors(rows: Iterator[Row], shape: Shape, first_column: int) -> Iterator[Row]:
    """The same rows, with errors written where the reader left a gap."""
    for number, cells in rows:
        for column in shape.errors.get(number, ()):
            place = column - first_column
            if 0 <= place < len(cells) and cells[place] == "":
                cells[place] = ERROR
        yield number, cells


def refuse(*_whatever: object) -> NoReturn:
    """For parsers: what no spreadsheet program writes, and only an attack needs."""
    raise Unreadable(CORRUPT)
