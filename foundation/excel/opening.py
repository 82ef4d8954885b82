"""Opening an Excel workbook of a stranger: weighed before it is read, so that no file can fill the memory (T26).

The parts are unpacked here, within limits, and what the reader gets is packed anew from exactly those bytes: nothing
that the archive says about itself is believed twice.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from string import ascii_letters, digits
from typing import NoReturn
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 2_000
# A sheet of ours packs 1 : 15; only a bomb packs large parts like this.
MAX_RATIO, RATIO_FROM = 200, 1024 * 1024
# The reader keeps the whole rectangle up to the farthest cell, and each cell has its own copy of a shared text.
MAX_CELLS = 1_500_000
MAX_TEXT = 64 * 1024 * 1024
SHEETS_READ = 5

END_OF_TEXT = re.compile(rb"</(?:[\w.-]+:)?si\s*>")
SHARED = re.compile(rb"<(?:[\w.-]+:)?sst[\s>]")

SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
TO_TEMPLATE = "请下载模板，把姓名和证件号码两列复制进去再上传。"
CORRUPT = "这个 Excel 文件已损坏，读不出来。" + SAVE_AS
ENCRYPTED = "这个 Excel 文件设了密码，读不出来。请取消密码、另存后再上传。"
NOT_EXCEL = "这个文件不是 Excel 工作簿。" + SAVE_AS
WORD = "这是 Word 文档，不是 Excel 工作簿。" + TO_TEMPLATE
BOMB = "这个文件解压后过大，不像人员名单，系统没有打开它。" + TO_TEMPLATE
TOO_WIDE = "这个表格的范围或文字过大，可能整行整列设过格式。" + TO_TEMPLATE

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    OverflowError,
)

# What a cell may hold.
Cell = int | float | str | bool | time | date | datetime | timedelta


class Unreadable(Exception):
    """Nothing of what was sent is taken. The message says why and what to do, to the person who sent it."""


def sheets(data: bytes) -> Iterator[Iterator[tuple[int, list[Cell]]]]:
    """The first visible sheets, each as (row number as in Excel, cells). Raises Unreadable."""
    parts = _unpacked(data)
    _weigh(parts)
    with _readable():
        book = CalamineWorkbook.from_filelike(_packed(parts))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        for name in visible[:SHEETS_READ]:
            yield _rows(book.get_sheet_by_name(name))


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    first = sheet.start[0] + 1 if sheet.start else 1
    with _readable():
        yield from enumerate(sheet.iter_rows(), start=first)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever the Rust reader stumbles over, a single cell included, means that the file cannot be read."""
    try:
        yield
    except (Unreadable, GeneratorExit):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise Unreadable(CORRUPT) from None
        raise


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The XML parts by name, read only after what the directory declares has been found bearable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        _check_declared(entries)
        wanted = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
        # `read` never gives more than was declared, and checks the sum of what it gave.
        parts = {entry.filename: archive.read(entry) for entry in wanted}
    except _BROKEN:
        raise Unreadable(CORRUPT) from None
    if "xl/workbook.xml" not in parts:
        raise Unreadable(WORD if "word/document.xml" in parts else NOT_EXCEL)
    return parts


def _check_declared(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable(BOMB)
    if any(e.file_size > RATIO_FROM and e.file_size > MAX_RATIO * e.compress_size for e in entries):
        raise Unreadable(BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(ENCRYPTED)


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    buffer.seek(0)
    return buffer


def _weigh(parts: dict[str, bytes]) -> None:
    """Refuse what would grow when it is read: far cells, and long texts that many cells share."""
    shared = [part for part in parts.values() if b"sst" in part and SHARED.search(part)]
    if len(shared) > 1:
        raise Unreadable(CORRUPT)
    texts = shared[0] if shared else b""
    for part in parts.values():
        if b"sheetData" not in part:
            continue
        sheet = _Extent()
        sheet.measure(part)
        if sheet.rows * sheet.columns > MAX_CELLS:
            raise Unreadable(TOO_WIDE)
        if texts and sheet.cells * _longest(texts) > MAX_TEXT and _Texts(texts).used_by(part) > MAX_TEXT:
            raise Unreadable(TOO_WIDE)


def _longest(texts: bytes) -> int:
    """An upper bound of the longest shared text, in bytes. The end tag can stand for itself only outside of these."""
    if b"<!" in texts or texts.count(b"<?") > 1:
        raise Unreadable(CORRUPT)
    return max(map(len, END_OF_TEXT.split(texts)))


class _Scan:
    """One pass over a part."""

    def measure(self, part: bytes) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            self.parser.Parse(part, True)
        except (expat.ExpatError, ValueError, LookupError):
            raise Unreadable(CORRUPT) from None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise Unreadable(CORRUPT)


class _Extent(_Scan):
    """How far a sheet reaches: `rows` × `columns`, and how many `cells` stand in it."""

    def __init__(self) -> None:
        self._unnumbered = self._run = self._longest_run = 0
        self._places: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._places.append(attributes.get("r", ""))
            if len(self._places) > MAX_CELLS:
                raise Unreadable(TOO_WIDE)
            if "r" not in attributes:
                # Its place follows from the one before it.
                self._run += 1
                self._longest_run = max(self._longest_run, self._run)
        elif tag == "row":
            self._run = 0
            self._places.append(attributes.get("r", ""))
            self._unnumbered += "r" not in attributes

    def measure(self, part: bytes) -> None:
        super().measure(part)
        letters = {place.rstrip(digits) for place in self._places}
        # The reader takes A0001 for A1, so zeros in front do not hide how far away a cell is.
        numbers = {place.lstrip(ascii_letters).lstrip("0") for place in self._places}
        self.rows = max((int(n[:9]) for n in numbers if n.isdecimal()), default=0) + self._unnumbered
        self.columns = max(map(_column, letters), default=0) + self._longest_run
        self.cells = len(self._places)


def _column(letters: str) -> int:
    """The number of column `AB`: 28."""
    number = 0
    for letter in letters[:6].upper():
        number = number * 26 + max(ord(letter) - 64, 0)
    return number


class _Texts(_Scan):
    """The exact size of the shared texts with all their copies; only asked where the estimate is too large."""

    def __init__(self, texts: bytes):
        self._sizes = [len(text) for text in END_OF_TEXT.split(texts)]
        self._heard: list[str] = []
        self._used = 0

    def used_by(self, part: bytes) -> int:
        self.measure(part)
        return self._used + self._taken()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._used += self._taken()
        self.parser.CharacterDataHandler = self._heard.append if tag == "v" else None

    def _taken(self) -> int:
        number = "".join(self._heard).strip()
        self._heard.clear()
        return self._sizes[int(number)] if number.isdecimal() and int(number[:9]) < len(self._sizes) else 0
