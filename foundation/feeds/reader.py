"""CSV as the feeds bring it: records with the line they begin on, and what is wrong with a record as such."""

import csv
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from foundation.feeds.errors import FeedError

MAX_RECORD_BYTES = 64 * 1024
# What `rejects` adds; in a corrected rejected file they come back and mean nothing.
REJECT_COLUMNS = ("行号", "出错列", "原因")

BOM = b"\xef\xbb\xbf"
BAD_BYTES = "这一行有不是 UTF-8 的字节。请用 UTF-8 编码重新导出，并把显示为“\N{REPLACEMENT CHARACTER}”的字改正"
NUL = "这一行含有不可见的空字符（NUL）。请删除后重新加载"
BAD_QUOTES = "这一行的引号不成对，或引号后还有多余的字。含逗号、引号或换行的内容应放在一对英文双引号里"
TOO_LONG = "这一行超过 64 KB，不像一条记录。请在原文件中检查这一行的引号和换行"


class Record(NamedTuple):
    """`fields` as they stand in the file; `problem` is empty, or why they cannot be read as a row."""

    line: int
    fields: list[str]
    problem: str


class CsvFile:
    """One CSV file, UTF-8 with or without BOM. `columns` must all be there, in any order; `optional` ones and `REJECT_COLUMNS` may be.
    Columns at the end without a title, as Excel saves them, are passed over as long as nothing stands in them.

    Raises `FeedError` when the header is anything else. Memory does not grow with the file: a record that does not end
    within 64 KB is refused at its first line, and reading goes on with the next one.
    """

    def __init__(self, file: BinaryIO, columns: Sequence[str], optional: Sequence[str] = ()):
        self._file = file
        self.header, self._untitled = _checked_header(next(_records(file, None), None), columns, optional)

    def __iter__(self) -> Iterator[Record]:
        """All records after the header, from the start; blank ones are passed over."""
        records = _records(self._file, len(self.header), self._untitled)
        next(records)
        return records


def _checked_header(header: Record | None, columns: Sequence[str], optional: Sequence[str]) -> tuple[list[str], int]:
    """The titles, and how many columns after them have none."""
    if header is None:
        raise FeedError("文件是空的。第一行应为列名：" + ",".join(columns))
    if header.problem == BAD_BYTES or header.fields[0].startswith(("\ufffd", "\0")):
        raise FeedError("文件不是 UTF-8 编码。请另存为“CSV UTF-8（逗号分隔）”后重新加载。")
    if "\r" in header.fields[0]:
        raise FeedError("文件的各行只用回车（CR）分开。请把换行改为 LF 或 CRLF 后重新加载。没有加载任何一行。")
    if header.problem:
        raise FeedError(f"第 1 行（列名）读不出来：{header.problem}。")
    names = [_folded(name) for name in header.fields]
    while names and not names[-1]:
        names.pop()
    missing = [column for column in columns if column not in names]
    if missing:
        hint = "列与列之间应为英文逗号。" if len(names) == 1 else "请按接口说明补齐列名。"
        raise FeedError(f"文件缺少列：{'、'.join(missing)}。{hint}没有加载任何一行。")
    repeated = sorted({name for name in names if names.count(name) > 1})
    unknown = [name for name in names if name not in (*columns, *optional, *REJECT_COLUMNS)]
    if repeated or unknown:
        wrong = f"重复的列：{'、'.join(repeated)}" if repeated else f"不认识的列：{'、'.join(map(repr, unknown))}"
        raise FeedError(f"文件有{wrong}。请按接口说明改正列名。没有加载任何一行。")
    return names, len(header.fields) - len(names)


def _folded(name: str) -> str:
    # What was joined of two files has a second mark.
    return unicodedata.normalize("NFKC", name).strip().strip("\ufeff").strip()


def _records(file: BinaryIO, width: int | None, untitled: int = 0) -> Iterator[Record]:
    """From the start of the file. `width` is the number of fields a record must have; after them come `untitled` empty ones."""
    file.seek(0)
    lines = _Lines(file)
    parser = csv.reader(lines, strict=True)
    while True:
        lines.begin()
        try:
            fields = next(parser)
        except StopIteration:
            return
        except csv.Error:
            yield lines.give_up(BAD_QUOTES)
            continue
        except _TooLong:
            yield lines.give_up(TOO_LONG)
            continue
        if not any(fields):
            continue
        problem = lines.problem
        if width and untitled:
            fields, untold = fields[:width], [place for place, cell in enumerate(fields, 1) if place > width and cell]
            problem = problem or (f"第 {untold[0]} 列没有列名，却有内容。请补上列名，或清空这一列" if untold else "")
        if not problem and width and len(fields) != width:
            problem = f"这一行有 {len(fields)} 列，应为 {width} 列。请检查是否多了或少了逗号"
        yield Record(lines.first, fields, problem)


class _TooLong(Exception):
    pass


class _Lines:
    """Physical lines for the CSV parser. Keeps those of the current record, to begin again after a broken one."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self._again: deque[bytes] = deque()
        self._number = 0
        self.begin()

    def begin(self) -> None:
        self.first = self._number + 1
        self.problem = ""
        self._raw: list[bytes] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._again.popleft() if self._again else self._file.readline(MAX_RECORD_BYTES + 1)
        if not raw:
            raise StopIteration
        self._number += 1
        if self._number == 1:
            raw = raw.removeprefix(BOM)
        self._raw.append(raw)
        self._size += len(raw)
        if self._size > MAX_RECORD_BYTES:
            raise _TooLong
        if b"\0" in raw:
            self.problem = NUL
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.problem = BAD_BYTES
            return raw.decode(errors="replace")

    def give_up(self, problem: str) -> Record:
        """Refuse the first line of the record as it stands; what was read after it will be read again."""
        first, *others = self._raw
        self._again.extendleft(reversed(others))
        self._number = self.first
        if len(first) > MAX_RECORD_BYTES:
            problem = TOO_LONG
            self._skip_rest_of_line(first)
            first = first[:1000]
        text = first.decode(errors="replace").rstrip("\r\n")
        return Record(self.first, [text], problem)

    def _skip_rest_of_line(self, part: bytes) -> None:
        while part and not part.endswith(b"\n"):
            part = self._file.readline(MAX_RECORD_BYTES)
