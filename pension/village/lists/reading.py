"""What a clerk sends, a workbook, a CSV file or a pasted column, as lines on trial."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from foundation.excel import opening
from foundation.excel.opening import SAVE_AS, Unreadable
from foundation.numbers import fold, fold_number

MAX_LINES = 10_000
# A title or two may stand above the header.
HEADER_WITHIN = 20
TEMPLATE_VERSION = 1
EXAMPLE = "示例"

NUMBER_COLUMNS = frozenset(
    [
        "证件号码",
        "证件号",
        "身份证号",
        "身份证号码",
        "身份证",
        "公民身份号码",
        "居民身份证号",
        "居民身份证号码",
        "身份证件号码",
    ]
)
NAME_COLUMNS = frozenset(["姓名", "缴费人姓名", "缴费人", "参保人姓名", "人员姓名"])
RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{2}")
# A whole number from here on may have been an ID number before it was typed as a number.
LONG = 10**14

# The place of a column that is not there.
NOWHERE = 1 << 20

# What is wrong with the cell itself.
TYPED, SPOILED = "typed", "spoiled"

EMPTY = "没有读到任何人员。请在【证件号码】列每行填写一人，再上传。"
TOO_MANY = f"一次最多 {MAX_LINES:,} 行，这份名单超过了，整份没有采用。请分成几份，每份不超过 {MAX_LINES:,} 行再上传。"
NO_COLUMN = "没有找到证件号码列。请把该列第一行的标题写成“证件号码”，或下载模板填写后再上传。"
NO_NAME_EITHER = "没有找到证件号码列或姓名列。请把该列第一行的标题写成“证件号码”或“姓名”，再上传。"
ALL_TYPED = (
    "证件号码列是“数字”格式，最后几位已被 Excel 变成 0，无法还原，所以整份名单没有采用。"
    "请把该列设为“文本”后重新填写，再上传。"
)
OLD_EXCEL = "这是旧版 Excel 文件（.xls）。" + SAVE_AS
WEB_PAGE = "这是网页（HTML）文件，只是名字像 Excel。" + SAVE_AS
NOT_TEXT = "这个文件既不是 Excel 工作簿（.xlsx），也不是 CSV 文件。" + SAVE_AS
BAD_QUOTES = "第 {} 行的引号不成对，或单元格里有换行，后面的行会读错，整份名单没有采用。请改正这一行再上传。"
OTHER_VERSION = "这份表格不是当前版本的模板。请重新下载模板，把姓名和证件号码复制进去再上传。"

Rows = Iterable[tuple[int, list]]


class Line(NamedTuple):
    """One person as given: `row` as the sender counts, `number` folded, `flaw` of the cell ("" if it has none)."""

    row: int
    name: str
    number: str
    flaw: str = ""


def read_file(data: bytes, *, names: bool = False) -> list[Line]:
    """The lines of an .xlsx or CSV file, told apart by what they are and not by their names. With `names` a list of names alone
    will do. Raises Unreadable."""
    if data.startswith(b"PK"):
        return _of_first_list(opening.sheets(data), names)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(opening.ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in data else OLD_EXCEL)
    text = _decoded(data)
    if text.lstrip().startswith("<"):
        raise Unreadable(WEB_PAGE)
    return _of_first_list([_csv_rows(text)], names)


def read_pasted(text: str, *, names: bool = False) -> list[Line]:
    """The lines of a pasted column, or of two columns copied from Excel. Raises Unreadable."""
    rows = [(row, _split(line)) for row, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1) if line.strip()]
    header = _header(rows[:HEADER_WITHIN], names)
    return _checked(_by_column(rows, header) if header else _by_shape(rows, names))


def _of_first_list(sheets: Iterable[Rows], names: bool) -> list[Line]:
    """The first sheet that has a header, or numbers that cannot be anything else."""
    seen = False
    for rows in sheets:
        rows = iter(rows)
        top = list(islice((found for found in rows if any(str(cell).strip() for cell in found[1])), HEADER_WITHIN))
        seen = seen or bool(top)
        if header := _header(top, names):
            return _checked(_by_column(chain(top, rows), header))
        if any(_is_number(cell) for _row, cells in top for cell in cells):
            return _checked(_by_shape(chain(top, rows)))
        if names and top and all(_is_one_name(cells) for _row, cells in top):
            return _checked(_by_shape(chain(top, rows), names))
    raise Unreadable((NO_NAME_EITHER if names else NO_COLUMN) if seen else EMPTY)


def _checked(lines: Iterator[Line]) -> list[Line]:
    kept = []
    for line in lines:
        if (line.name or line.number) and not line.name.startswith(EXAMPLE):
            kept.append(line)
            if len(kept) > MAX_LINES:
                raise Unreadable(TOO_MANY)
    if not kept:
        raise Unreadable(EMPTY)
    if all(line.flaw == TYPED for line in kept):
        raise Unreadable(ALL_TYPED)
    return kept


LONGEST_TITLE = 40


class _Header(NamedTuple):
    row: int
    number: int
    name: int


def _header(top: list[tuple[int, list]], without_number: bool) -> _Header | None:
    for row, cells in top:
        # No title is long, and a long cell of brackets would keep the pattern busy.
        titles = [re.sub(r"[\s*:]|\(.*?\)", "", fold(str(cell)[:LONGEST_TITLE])) for cell in cells]
        numbers = [place for place, title in enumerate(titles) if title in NUMBER_COLUMNS]
        names = [place for place, title in enumerate(titles) if title in NAME_COLUMNS]
        if numbers or (without_number and names):
            for title in titles:
                if re.match(r"模板版本(?!" + str(TEMPLATE_VERSION) + r"$)", title):
                    raise Unreadable(OTHER_VERSION)
            return _Header(row, numbers[0] if numbers else NOWHERE, names[0] if names else NOWHERE)
    return None


def _by_column(rows: Rows, header: _Header) -> Iterator[Line]:
    number_at, name_at = header.number, header.name
    for row, cells in rows:
        if row > header.row:
            name = cells[name_at] if name_at < len(cells) else ""
            yield _line(row, name, cells[number_at] if number_at < len(cells) else "")


def _by_shape(rows: Rows, names: bool = False) -> Iterator[Line]:
    """Without a header: the number is the cell that looks like one. What stands above the first is a title, unless a name alone
    will do."""
    begun = names
    for row, cells in rows:
        cells = [cell for cell in cells if cell != ""]
        digits = [cell for cell in cells if re.search(r"\d", str(cell))]
        number = next(filter(_is_number, digits), None) or max(digits, key=lambda cell: len(str(cell)), default="")
        name = next((cell for cell in cells if cell not in digits), "")
        begun = begun or number != ""
        if begun:
            yield _line(row, name, number)


def _is_one_name(cells: list) -> bool:
    kept = [str(cell) for cell in cells if str(cell).strip()]
    return len(kept) == 1 and not re.search(r"\d", kept[0])


def _is_number(cell) -> bool:
    """Whether it can hardly be anything but an ID number, whole or spoiled."""
    if isinstance(cell, str):
        return any(shape.fullmatch(_number(cell)) for shape in (RESIDENT, SCIENTIFIC))
    return isinstance(cell, float) and cell >= LONG


def _line(row: int, name, number) -> Line:
    name = _name(name)
    if not isinstance(number, str):
        # As Excel shows it. A number of many digits cannot be told any more.
        return Line(row, name, f"{number:.6G}" if isinstance(number, float) else str(number), TYPED)
    number = _number(number)
    return Line(row, name, number, SPOILED if "E" in number and SCIENTIFIC.fullmatch(number) else "")


def _number(cell: str) -> str:
    if cell.isascii() and cell.isalnum():
        return cell.upper()
    # '420…, ="420…" and the like: what people do to keep Excel's hands off.
    return fold_number(cell).strip("'‘’`=\"")


def _name(cell) -> str:
    name = cell if isinstance(cell, str) else str(cell)
    return name.strip() if name.isprintable() else fold(name)


def _split(line: str) -> list[str]:
    """The cells of a pasted line: by tab or comma, else by spaces, else where the characters end and the digits begin."""
    cells = re.split(r"[,;]", fold(line.replace("\t", ",")))
    if len(cells) > 1:
        return [cell.strip() for cell in cells]
    words = cells[0].split()
    if len(words) == 1:
        parts = re.fullmatch(r"([^\x00-\x7f]+)([\x00-\x7f]+)|([\x00-\x7f]+)([^\x00-\x7f]+)", words[0])
        return [part for part in parts.groups() if part] if parts else words
    if any(RESIDENT.fullmatch(_number(word)) for word in words):
        return words
    # 4209 8419 …: digits that were grouped.
    grouped = [word for word in words if re.search(r"\d", word)]
    return ["".join(word for word in words if word not in grouped), "".join(grouped)]


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max("\t,;", key=first.count) if first else ","
    row = 0
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if any("\n" in cell or "\r" in cell for cell in cells):
                raise Unreadable(BAD_QUOTES.format(row))
            yield row, cells
    except csv.Error:
        raise Unreadable(BAD_QUOTES.format(row + 1)) from None


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NOT_TEXT)
