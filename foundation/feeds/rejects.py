"""`FILE.rejected.csv`: the refused rows as they came, each with its line, column and reason, ready to be corrected."""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from foundation.feeds.errors import FeedError
from foundation.feeds.reader import REJECT_COLUMNS, CsvFile, Record


class RejectedFile:
    """Written beside the source under a temporary name (mode 0600), and given its name by `publish`.

    It is UTF-8 with BOM, so that Excel shows Chinese; and a number that Excel would spoil (12 digits or more, or a
    leading 0), or a cell that it would take for a formula, follows a tab, which Excel keeps as text and the loader drops.
    """

    def __init__(self, source: Path):
        self.path = source.with_name(source.name + ".rejected.csv")
        self._part = source.with_name("." + self.path.name + ".part")
        self._rows = 0

    def __enter__(self) -> "RejectedFile":
        try:
            self._part.unlink(missing_ok=True)
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise FeedError(f"不能在 {self.path.parent} 写入被拒绝的行：{error.strerror}。没有加载任何一行。") from None
        self._file = open(descriptor, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115 (closed in __exit__)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)

    def write(self, source: CsvFile, refusals: Iterable[tuple[int, str, str]]) -> int:
        """Read the source once more and write the rows that `refusals` (line, columns, reasons; by line) names.

        Returns how many.
        """
        columns = [name for name in source.header if name not in REJECT_COLUMNS]
        kept = [source.header.index(name) for name in columns]
        writer = csv.writer(self._file)
        writer.writerow([*columns, *REJECT_COLUMNS])
        for record, column, reason in _matched(source, refusals):
            cells = _cells(record.fields, len(source.header))
            writer.writerow([*(_safe(cells[place]) for place in kept), record.line, column, reason])
            self._rows += 1
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._rows

    def text(self) -> str:
        """What was written, "" when nothing was refused."""
        return self._part.read_text("utf-8-sig") if self._rows else ""

    def publish(self) -> Path | None:
        """Put the file in place, or remove an older one when nothing was refused. Returns where it is."""
        if not self._rows:
            self.path.unlink(missing_ok=True)
            return None
        os.replace(self._part, self.path)
        return self.path


def _matched(source: CsvFile, refusals: Iterable[tuple[int, str, str]]) -> Iterator[tuple[Record, str, str]]:
    records = iter(source)
    for line, column, reason in refusals:
        record = next(record for record in records if record.line >= line)
        if record.line != line:
            raise FeedError("文件在加载过程中被改动。没有加载任何一行，请重新加载。")
        yield record, column, reason


def _cells(fields: list[str], width: int) -> list[str]:
    """As many as the header has, and nothing lost: what is too much stands in the last one."""
    if len(fields) > width:
        return [*fields[: width - 1], ",".join(fields[width - 1 :])]
    return fields + [""] * (width - len(fields))


def _safe(cell: str) -> str:
    """What Excel would spoil or run follows a tab."""
    if cell.startswith("\t"):
        return cell
    return "\t" + cell if re.match(r"[0-9]{12,}$|0[0-9]+$|\s*[=+\-@＝＋－＠]|[\r\n]", cell) else cell
