"""A sheet taken apart: its tables, and what every row of it is. Nothing is dropped here; what a row means is decided later."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from foundation.excel.sheets import Sheet
from foundation.numbers import fold, id_number_problem
from pension.village.lists.cells import Line, is_error, is_number, line, name_in, number_in, numbers_within
from pension.village.lists.titles import ACCOUNT, Columns, Head, head_in, with_names

# Too much like the number of some document to be a name.
LIKE_A_NUMBER = re.compile(r"[0-9A-Z]{5,}")
# A remark by which somebody is not to be refunded, as far as whoever wrote it knows.
OBJECTION = re.compile(r"不(用|需|要|再|予)?退|去世|死亡|已故|迁出|已退|退过")
LONGEST_OBJECTION = 20
REFUSED = frozenset(["否", "不", "不是", "不同意", "×"])  # below 是否退费
# What a row is.
PERSON, CHOICE, BESIDE, WITHIN, OBJECTED = "person", "choice", "beside", "within", "objected"
ABOVE, NOTE, BLANK, ERROR, EXAMPLE = "above", "note", "blank", "error", "example"
EXAMPLE_NAME = "示例"
LAST_LINE = re.compile(r"(合|总|累)\s*计|总人数|共\s*\d+\s*人")
SUM = re.compile(LAST_LINE.pattern + r"|(小|本页合?)\s*计|本页")
REMARK = re.compile(r"(制表|填表|审核|审批|负责|经办|村委会|联系电话|填报|盖章|大写|签字|签名)|(备注|说明|注|附)[:：]")
# The title of a part of a list: 一组, 第三村民小组, 以下人员已去世.
PART = re.compile(
    r".*([一二三四五六七八九十0-9][组队]|小组|村民组|名单|名册|人员|情况|如下)[)）]?"
    r"|.*(以下|以上|去世|死亡|迁出|不退|已退|未退|停保).*"
    r"|.{3,}(村|社区|居委会|村委会)|[(（]?[一二三四五六七八九十]+[)）、].*|.*[:：]"
)


class Part(NamedTuple):
    """A stretch of rows of one table that belong together, and what is written above them."""

    sheet: str
    visible: bool
    head: bool
    number: int
    title: str = ""
    row: int = 0
    options: tuple[str, ...] = ()


class Found(NamedTuple):
    """A row, or one person of it: `lines` has one reading, or one for each column that could be the number."""

    kind: str
    part: Part
    lines: tuple[Line, ...]
    swapped: bool = False
    title: str = ""
    hidden: bool = False
    # Another cell of the row says that she is not to be refunded: 不退, 已去世.
    objected: bool = False


@dataclass
class _Table:
    head: Head | None
    rows: list[tuple[int, list]] = field(default_factory=list)


def found_in(sheet: Sheet, *, pasted: bool = False, names: bool = False) -> Iterator[Found]:
    """Every row of the sheet that holds anything, but the heads of its tables. What is `pasted` begins with any digit; where
    `names` alone will do, it begins with a name that stands alone, and a column of names is enough for a head."""
    reading = _Sheet(sheet, _any_digits if pasted else is_number, names)
    for table in _tables(sheet.rows, names):
        yield from reading.table(table)


def _tables(rows: Iterable[tuple[int, list]], names: bool) -> Iterator[_Table]:
    """The rows under one head each; those above the first head, or all where there is none, come as one without."""
    table = _Table(None)
    expects_names = first = True
    for row, cells in rows:
        if not any(cell != "" and str(cell).strip() for cell in cells):
            continue
        if head := head_in(row, cells, first=first, above=table.head, names=names):
            if table.rows or table.head:
                if _goes_on(table, head):
                    continue
                yield table
            table, expects_names = _Table(head), True
        elif table.head and expects_names and (better := with_names(table.head, cells)):
            table.head, expects_names = better, False
        else:
            table.rows.append((row, cells))
            expects_names = False
        first = False
    if table.rows or table.head:
        yield table


def _goes_on(table: _Table, head: Head) -> bool:
    """Whether it is the same head once more, as printed on top of each page: right below a person of the table, or the sum of a page."""
    if not table.head or table.head.titles != head.titles or not table.rows:
        return False
    row, cells = table.rows[-1]
    if row == head.row - 1 and len(table.rows) > 1 and _ends_a_page(cells):
        row, cells = row + 1 if table.rows[-2][0] == row - 1 else 0, table.rows[-2][1]
    return row in (head.row - 1, head.row) and any(map(numbers_within, cells))


def _ends_a_page(cells: list) -> bool:
    """本页小计 and the like, which is not the end of the list."""
    words = [fold(str(cell)) for cell in cells if cell != "" and str(cell).strip()]
    return any(map(SUM.match, words)) and not any(map(LAST_LINE.match, words))


class _Sheet:
    def __init__(self, sheet: Sheet, begins: Callable[[object], bool], names: bool):
        self.sheet, self._begins, self._names = sheet, begins, names
        self._parts = count()

    def table(self, table: _Table) -> Iterator[Found]:
        self.head = _decided(table) if table.head else None
        self.begun = table.head is not None
        self.accounts = {n for n, title in enumerate(self.head.titles if self.head else ()) if ACCOUNT.search(title)}
        self._begin("", self.head.row if self.head else 0)
        # Rows above a head are no list, whatever they hold; where no head follows, they are all there is.
        for row, cells in table.rows:
            if not self.begun and (any(map(self._begins, cells)) or (self._names and _is_one_name(cells))):
                self.begun = True
                self._begin("", row)
            yield from self._row(row, cells)

    def _begin(self, title: str, row: int) -> None:
        options = tuple(self.head.title(pair.number) for pair in self.head.options) if self.head else ()
        sheet = self.sheet
        self.part = Part(sheet.name, sheet.visible, self.head is not None, next(self._parts), title, row, options)

    def _row(self, row: int, cells: list) -> Iterator[Found]:
        found = list(self._read(row, cells))
        used = {
            n for one in found if one.kind not in (BLANK, ERROR) for reading in one.lines for n in _numbers(reading)
        }
        if within := list(self._within(row, cells, used)):
            # Where its own columns are empty, the people beside them are what the row is.
            found = [one for one in found if one.kind not in (BLANK, ERROR)] + within
        if self.head and _objects(self.head, cells):
            found = [one._replace(objected=one.kind == PERSON) for one in found]
        hidden = row in self.sheet.hidden
        yield from (one._replace(hidden=True) for one in found) if hidden else found

    def _read(self, row: int, cells: list) -> Iterator[Found]:
        """The row by its columns, or by its shape."""
        first = str(next(cell for cell in cells if cell != "" and str(cell).strip())).strip()
        people = any(map(is_number, cells)) or any(map(numbers_within, cells))
        if first.startswith(EXAMPLE_NAME):
            yield self._other(EXAMPLE, row, cells)
        elif not people and (note := self._is_note(fold(first), row, cells)):
            yield self._other(NOTE if self.begun else ABOVE, row, cells)
            if note == "ends":
                self._begin(fold(first), row)
        elif self.head:
            yield from self._by_column(self.head, row, cells)
        else:
            yield Found(PERSON if self.begun else ABOVE, self.part, (_by_shape(row, cells, self.sheet.name),))

    def _is_note(self, first: str, row: int, cells: list) -> str:
        """Whether it says something of the list instead of being a person of it; "ends" if what follows is another part."""
        if LAST_LINE.match(first) or SUM.match(first) or (self.head and SUM.match(_named(self.head, cells))):
            return "ends" if LAST_LINE.match(first) or LAST_LINE.match(_named(self.head, cells)) else "stays"
        alone = len([cell for cell in cells if cell != "" and str(cell).strip()]) == 1
        text = not re.fullmatch(r"[A-Za-z0-9]+", first)
        if (row in self.sheet.merged and alone) or (alone and text and PART.fullmatch(first) and self.begun):
            return "ends"
        return "stays" if self.begun and REMARK.match(first) else ""

    def _by_column(self, head: Head, row: int, cells: list) -> Iterator[Found]:
        people = [self._person(head, pair, row, cells) for pair in head.columns]
        if head.options:
            lines = tuple(one.lines[0] if one else Line(row, "", "", "", self.sheet.name) for one in people)
            if any(people):
                yield Found(CHOICE, self.part, lines, any(one.swapped for one in people if one))
        else:
            for place, one in enumerate(people):
                if one and place and one.kind == PERSON:
                    title = self._columns(head.groups[place])
                    yield one._replace(kind=BESIDE, title=title)
                elif one:
                    yield one
        if not any(people):
            broken = any(map(is_error, cells))
            yield self._other(ERROR if broken else BLANK, row, cells)

    def _person(self, head: Head, pair: Columns, row: int, cells: list) -> Found | None:
        """What stands in the two columns, exchanged where they are filled the wrong way round."""
        number, name = _cell(cells, pair.number), _cell(cells, pair.name)
        swapped = is_number(name) and isinstance(number, str) and not LIKE_A_NUMBER.fullmatch(number_in(number))
        given = line(row, number, name, self.sheet.name) if swapped else line(row, name, number, self.sheet.name)
        if not (given.name or given.number or given.flaw):
            return None
        if given.flaw and not (given.name or given.number):
            return Found(ERROR, self.part, (given,))
        return Found(PERSON, self.part, (given,), swapped)

    def _columns(self, pair: Columns) -> str:
        return _letters(pair.number + self.sheet.first_column)

    def _within(self, row: int, cells: list, used: set[str]) -> Iterator[Found]:
        """People in other columns than those of the list: none is left out because of where it stands."""
        name = ""
        for place, cell in enumerate(cells):
            numbers = [n for n in numbers_within(cell) if n not in used and self._is_a_persons(n, place)]
            if not numbers and isinstance(cell, str) and cell.strip() and not _digits(cell):
                name = cell
            for number in numbers:
                used.add(number)
                given = line(row, name, number if isinstance(cell, str) else cell, self.sheet.name)
                title = self.head.title(place) if self.head else ""
                where = f"{_letters(place + self.sheet.first_column)} 列" + (f"“{title}”" if title else "")
                yield Found(WITHIN, self.part, (given,), title=where)

    def _is_a_persons(self, number: str, place: int) -> bool:
        """An account may look like the number of a person, but hardly adds up like one."""
        return place not in self.accounts or not id_number_problem(number)

    def _other(self, kind: str, row: int, cells: list) -> Found:
        """A row that is no person, as far as anybody can tell."""
        number = next((n for cell in cells for n in numbers_within(cell)), "")
        words = " ".join(str(cell).strip() for cell in cells if cell != "" and not numbers_within(cell))
        return Found(kind, self.part, (Line(row, name_in(words[:80]), number, "", self.sheet.name),))


def _decided(table: _Table) -> Head:
    """The head without those columns that hold no number at all, or the same numbers as another."""
    head = table.head
    assert head is not None
    if not head.options:
        return head
    held = {pair: [_cell(cells, pair.number) for _row, cells in table.rows] for pair in head.options}
    some = {pair: tuple(values) for pair, values in held.items() if any(map(is_number, values))}
    kept = list({values: pair for pair, values in reversed(some.items())}.values())[::-1]
    kept = kept or [head.options[0]]
    if len(kept) == 1:
        return head._replace(groups=tuple(kept), options=())
    return head._replace(options=tuple(kept))


def _objects(head: Head, cells: list) -> bool:
    own = {place for pair in head.columns for place in pair}
    others = [(place, cell) for place, cell in enumerate(cells) if isinstance(cell, str) and place not in own]
    return any(
        (len(cell) <= LONGEST_OBJECTION and OBJECTION.search(cell))
        or ("退" in head.title(place) and fold(cell) in REFUSED)
        for place, cell in others
    )


def _by_shape(row: int, cells: list, sheet: str) -> Line:
    """Without a head: the number is the cell that looks like one."""
    cells = [cell for cell in cells if cell != ""]
    digits = [cell for cell in cells if _digits(str(cell))]
    number = next(filter(is_number, digits), None) or max(digits, key=lambda cell: len(str(cell)), default="")
    name = next((cell for cell in cells if cell not in digits), "")
    if not is_number(number) and (within := [n for cell in cells for n in numbers_within(cell)]):
        # In one cell with other words: 张三420984….
        number, name = within[0], name or re.sub(r"[\d\sxX:：,，]", "", str(number))
    return line(row, name, number, sheet)


def _numbers(given: Line) -> list[str]:
    """The numbers that a line accounts for."""
    return [given.number, *numbers_within(given.number)]


def _named(head: Head | None, cells: list) -> str:
    places = [pair.name for pair in head.columns] if head else []
    return fold(str(_cell(cells, places[0]))) if places else ""


def _cell(cells: list, place: int):
    return cells[place] if place < len(cells) else ""


def _any_digits(cell) -> bool:
    return _digits(str(cell))


def _is_one_name(cells: list) -> bool:
    kept = [str(cell) for cell in cells if str(cell).strip()]
    return len(kept) == 1 and not _digits(kept[0])


def _digits(cell: str) -> bool:
    return bool(re.search(r"\d", cell))


def _letters(column: int) -> str:
    """The name of column 28: `AB`."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
