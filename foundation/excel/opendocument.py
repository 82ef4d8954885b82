"""An .ods read in one pass, within the same bounds as any workbook: what is repeated is counted before it is written out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from foundation.excel.sheets import (
    CORRUPT,
    ENCRYPTED,
    ERROR,
    MAX_CELLS,
    MAX_TEXT,
    TOO_WIDE,
    Cell,
    Row,
    Shape,
    Sheet,
    Unreadable,
    refuse,
    weigh_all,
)

CONTENT, MANIFEST = "content.xml", "meta-inf/manifest.xml"
NUMBERS = ("float", "currency", "percentage")
# Within a cell, and no part of what stands in it.
ASIDE = ("annotation", "shapes", "frame")


def sheets(parts: dict[str, bytes]) -> Iterator[Sheet]:
    """The tables of the document, the hidden ones too. Raises Unreadable."""
    if b"encryption-data" in parts.get(MANIFEST, b""):
        raise Unreadable(ENCRYPTED)
    found = _Reader().read(parts[CONTENT])
    weigh_all([table.shape for table in found])
    return (
        Sheet(table.name, iter(table.rows), table.visible, table.shape.hidden, table.shape.merged) for table in found
    )


@dataclass
class _Table:
    name: str
    visible: bool
    rows: list[Row] = field(default_factory=list)
    shape: Shape = field(default_factory=Shape)
    row: int = 0


class _Reader:
    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self._unseen: set[str] = set()
        self._style = ""
        self._cells: list[tuple[int, int, Cell]] = []
        self._column = self._elements = self._text = self._all = self._aside = 0
        self._heard: list[str] | None = None
        self._groups: list[bool] = []
        self._repeated, self._hidden = 1, False
        self._given: dict[str, str] = {}

    def read(self, part: bytes) -> list[_Table]:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._hear
        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(part, True)
        except (expat.ExpatError, ValueError, LookupError, OverflowError):
            raise Unreadable(CORRUPT) from None
        return self.tables

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > 4 * MAX_CELLS:
            raise Unreadable(TOO_WIDE)
        name = tag.rpartition(":")[2]
        if name in ASIDE:
            self._aside += 1
        elif name in ("table-cell", "covered-table-cell"):
            self._given, self._heard = given, []
        elif self._heard is not None:
            self._inside(name, given)
        elif begin := _BEGIN.get(name):
            begin(self, given)

    def _inside(self, name: str, given: dict[str, str]) -> None:
        """Of the text of a cell: its lines, and what stands for blanks."""
        if name == "p" and self._heard and not self._aside:
            self._hear("\n")
        elif name == "s":
            self._hear(" " * min(_count(given, "text:c"), 100))
        elif name in ("tab", "line-break"):
            self._hear(" ")

    def _hear(self, text: str) -> None:
        if self._heard is not None and not self._aside:
            self._heard.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ASIDE:
            self._aside -= 1
        elif name in ("table-cell", "covered-table-cell"):
            self._cell("".join(self._heard or ()), name == "covered-table-cell")
            self._heard = None
        elif name == "table-row" and self._heard is None:
            self._finish()
        elif name == "table-row-group" and self._groups:
            self._groups.pop()

    def _begin_style(self, given: dict[str, str]) -> None:
        self._style = given.get("style:name", "")

    def _begin_properties(self, given: dict[str, str]) -> None:
        if given.get("table:display") == "false":
            self._unseen.add(self._style)

    def _begin_table(self, given: dict[str, str]) -> None:
        visible = given.get("table:style-name", "") not in self._unseen
        self.tables.append(_Table(given.get("table:name", ""), visible))
        self._groups = []

    def _begin_group(self, given: dict[str, str]) -> None:
        self._groups.append(given.get("table:display") == "false")

    def _begin_row(self, given: dict[str, str]) -> None:
        if not self.tables:
            raise Unreadable(CORRUPT)
        self._cells, self._column = [], 0
        self._repeated = _count(given, "table:number-rows-repeated")
        self._hidden = any(self._groups) or given.get("table:visibility", "visible") != "visible"

    def _cell(self, text: str, covered: bool) -> None:
        repeated = _count(self._given, "table:number-columns-repeated")
        value = _value(self._given, text)
        if value != "":
            self._cells.append((self._column, repeated, value))
        if not covered and _count(self._given, "table:number-columns-spanned") > 1 and self.tables:
            self.tables[-1].shape.merged.add(self.tables[-1].row + 1)
        self._column += repeated

    def _finish(self) -> None:
        """A row, or many alike: weighed, then written out."""
        table, first = self.tables[-1], self.tables[-1].row + 1
        table.row += self._repeated
        if not self._cells:
            return
        shape, width = table.shape, self._cells[-1][0] + self._cells[-1][1]
        self._all += width * self._repeated
        self._text += sum(n * len(v) for _at, n, v in self._cells if isinstance(v, str)) * self._repeated
        if self._all > MAX_CELLS or self._text * 3 > MAX_TEXT:
            raise Unreadable(TOO_WIDE)
        cells: list[Cell] = [""] * width
        for at, repeated, value in self._cells:
            cells[at : at + repeated] = [value] * repeated
        table.rows += [(row, list(cells)) for row in range(first, table.row + 1)]
        shape.rows, shape.columns = len(table.rows), max(shape.columns, width)
        if self._hidden:
            shape.hidden.update(range(first, table.row + 1))


_BEGIN = {
    "style": _Reader._begin_style,
    "table-properties": _Reader._begin_properties,
    "table": _Reader._begin_table,
    "table-row-group": _Reader._begin_group,
    "table-row": _Reader._begin_row,
}


def _count(given: dict[str, str], name: str) -> int:
    """How often, 1 where nothing is said. More than any sheet holds is refused."""
    said = given.get(name, "1")
    if not said.isascii() or not said.isdecimal() or not 0 < int(said[:8]) <= 1 << 20 or len(said) > 8:
        raise Unreadable(CORRUPT)
    return int(said)


def _value(given: dict[str, str], text: str) -> Cell:
    if given.get("calcext:value-type") == "error":
        return ERROR
    if given.get("office:value-type") in NUMBERS:
        return float(given.get("office:value", "nan"))
    return text or given.get("office:date-value", "") or given.get("office:string-value", "")
