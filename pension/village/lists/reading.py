"""What a clerk sends, a workbook, a CSV file or a pasted column, as sheets, and so as a list on trial."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from foundation.excel import compound, opening
from foundation.excel.sheets import MAX_CELLS, SAVE_AS, TOO_WIDE, Sheet, Unreadable
from foundation.numbers import fold
from pension.village.lists.cells import RESIDENT, number_in
from pension.village.lists.sorting import MAX_ROWS, TOO_MANY_ROWS, Reading, sort
from pension.village.lists.titles import NUMBER_COLUMNS

# Of a text file, the empty ones too.
MAX_TEXT_LINES = 200_000
SEPARATOR = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
SEPARATORS = ",\t;|"
# So many lines of a text file say what separates its cells.
FIRST_LINES = 50
# A line that counts: 合计 3 人, 共 120 人 24000 元, 2024 年 5 月.
COUNTED = re.compile(r"[0-9] ?[人户名元年月日组队个笔页](?= |$)")
WEB_PAGE = "这是网页（HTML）文件，只是名字像 Excel。" + SAVE_AS
NOT_TEXT = "这个文件既不是 Excel 工作簿（.xlsx、.xls、.ods），也不是 CSV 文件。" + SAVE_AS
BAD_QUOTES = "第 {} 行的引号不成对，或单元格里有换行，后面的行会读错。整份名单没有采用；请改正这一行再上传。"


def read_file(data: bytes, *, names: bool = False) -> Reading:
    """The list in a workbook or CSV file, told apart by what they are and not by their names. With `names` a list of names alone
    will do. Raises Unreadable."""
    if data.startswith((b"PK", compound.SIGNATURE)):
        return sort(opening.sheets(data), names=names)
    text = _decoded(data)
    if text.lstrip().startswith("<"):
        raise Unreadable(WEB_PAGE)
    return sort([Sheet("", _csv_rows(text))], names=names)


def read_pasted(text: str, *, names: bool = False) -> Reading:
    """The list in a pasted column, or in two columns copied from Excel. Raises Unreadable."""
    lines = [(row, line) for row, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1) if line.strip()]
    if len(lines) > MAX_ROWS:
        raise Unreadable(TOO_MANY_ROWS)
    return sort([Sheet("", ((row, list(_split(line))) for row, line in lines))], pasted=True, names=names)


def _split(line: str) -> list[str]:
    """The cells of a pasted line: by tab or comma, else by spaces, else where the characters end and the digits begin."""
    cells = re.split(r"[,;]", fold(line.replace("\t", ",")))
    if len(cells) > 1:
        return [cell.strip() for cell in cells]
    words = cells[0].split()
    if len(words) == 1:
        parts = re.fullmatch(r"([^\x00-\x7f]+)([\x00-\x7f]+)|([\x00-\x7f]+)([^\x00-\x7f]+)", words[0])
        return [part for part in parts.groups() if part] if parts else words
    if any(RESIDENT.fullmatch(number_in(word)) for word in words):
        return _named(words)
    if COUNTED.search(cells[0]):
        # A sentence stays one, or the page would say its words and its numbers apart.
        return [" ".join(words)]
    if NUMBER_COLUMNS.intersection(words):
        return words
    # 4209 8419 …: digits that were grouped.
    grouped = [word for word in words if re.search(r"\d", word)]
    return ["".join(word for word in words if word not in grouped), "".join(grouped)]


def _named(words: list[str]) -> list[str]:
    """The words with those put together that are one name: MARIA DA SILVA, 张 三."""
    kept: list[str] = []
    for word in words:
        part = word.isalpha() and (word.isascii() or len(word) == 1)
        before = kept[-1].rpartition(" ")[2] if kept else ""
        if part and before.isalpha() and word.isascii() == before.isascii() and (word.isascii() or len(kept[-1]) < 4):
            kept[-1] += f" {word}" if word.isascii() else word
        else:
            kept.append(word)
    return kept


def _csv_rows(text: str) -> Iterator[tuple[int, list]]:
    _weigh(text)
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = _separator_of(text)
    told = SEPARATOR.fullmatch(first.strip())
    row = 0
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if any("\n" in cell or "\r" in cell for cell in cells):
                raise Unreadable(BAD_QUOTES.format(row))
            # `sep=;` tells Excel the separator, and is no row.
            if not (told and SEPARATOR.fullmatch(delimiter.join(cells).strip())):
                yield row, cells
    except csv.Error:
        raise Unreadable(BAD_QUOTES.format(row + 1)) from None


def _separator_of(text: str) -> str:
    """What stands between the cells: in most of the first lines, for a title above them may hold another sign."""
    lines = [line for line in islice(io.StringIO(text), FIRST_LINES) if line.strip()]
    told = SEPARATOR.fullmatch(lines[0].strip()) if lines else None
    return told[1] if told else max(SEPARATORS, key=lambda sign: sum(sign in line for line in lines))


def _weigh(text: str) -> None:
    """Millions of empty lines or cells are counted before they are looked at."""
    if max(text.count("\n"), text.count("\r")) > MAX_TEXT_LINES:
        raise Unreadable(TOO_MANY_ROWS)
    if sum(map(text.count, SEPARATORS)) > MAX_CELLS:
        raise Unreadable(TOO_WIDE)


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
