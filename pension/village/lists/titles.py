"""The head of a table: which columns are numbers and names, and whether several could be."""

import re
from typing import NamedTuple

from foundation.excel.sheets import Unreadable
from foundation.numbers import fold
from pension.village.lists.cells import is_number, numbers_within

TEMPLATE_VERSION = 1
LONGEST_TITLE = 40
# The place of a column that is not there.
NOWHERE = 1 << 20
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
# Titles that may mean the number, where none says so plainly.
POSSIBLE = re.compile(r"[^无没]{0,8}(?:身份证|证件号|身份号|公民身份)[^类名有效地址复印照片是否]{0,8}")
# Numbers of money, and no person's.
ACCOUNT = re.compile(r"账号|账户|帐号|帐户|卡号|银行")
OTHER_VERSION = "这份表格不是当前版本的模板。请重新下载模板，把姓名和证件号码复制进去再上传。"


class Columns(NamedTuple):
    """Where the number and the name of one person stand in a row."""

    number: int
    name: int


class Head(NamedTuple):
    """`groups` stand side by side, each with people of its own; `options` are columns that could all be the number."""

    row: int
    titles: tuple[str, ...]
    groups: tuple[Columns, ...]
    options: tuple[Columns, ...] = ()

    @property
    def columns(self) -> tuple[Columns, ...]:
        """Every pair that a row is read by."""
        return self.groups or self.options

    def title(self, place: int) -> str:
        """What stands above a column."""
        return self.titles[place] if place < len(self.titles) else ""


def head_in(row: int, cells: list, *, first: bool, above: Head | None, names: bool = False) -> Head | None:
    """The head that this row is, if it is one. `first` of its sheet, or below another table, whose head is `above`. With `names` a
    column of names is enough."""
    return _head_of_numbers(row, cells, first=first, above=above) or (_head_of_names(row, cells) if names else None)


def _head_of_names(row: int, cells: list) -> Head | None:
    titles = _titles(cells)
    places = [place for place, title in enumerate(titles) if title in NAME_COLUMNS]
    return Head(row, titles, tuple(Columns(NOWHERE, place) for place in places)) if places else None


def _titles(cells: list) -> tuple[str, ...]:
    # No title is long, and a long cell of brackets would keep the pattern busy.
    return tuple(re.sub(r"[\s*:]|\(.*?\)", "", fold(str(cell)[:LONGEST_TITLE])) for cell in cells)


def _head_of_numbers(row: int, cells: list, *, first: bool, above: Head | None) -> Head | None:
    if not any(isinstance(cell, str) and ("证" in cell or "身份" in cell) for cell in cells):
        return None
    if any(is_number(cell) or numbers_within(cell) for cell in cells):
        return None
    titles = _titles(cells)
    names = [place for place, title in enumerate(titles) if title in NAME_COLUMNS]
    numbers = [place for place, title in enumerate(titles) if title in NUMBER_COLUMNS]
    # "身份证" may be a 证件类型 and "无身份证" a remark of a person; beside 姓名, or in front of everything, it is a title.
    if not numbers or (above and above.titles != titles):
        surely = names or any("姓名" in title for title in titles)
    else:
        surely = names or first or any(titles[place] != "身份证" for place in numbers)
    numbers = numbers or [place for place, title in enumerate(titles) if POSSIBLE.fullmatch(title)]
    if not numbers or not (surely or (first and not above)):
        return None
    _check_version(titles)
    return _arranged(row, titles, numbers, names)


def _check_version(titles: tuple[str, ...]) -> None:
    if any(re.match(r"模板版本(?!" + str(TEMPLATE_VERSION) + r"$)", title) for title in titles):
        raise Unreadable(OTHER_VERSION)


def _arranged(row: int, titles: tuple[str, ...], numbers: list[int], names: list[int]) -> Head:
    """One pair, several side by side, or columns among which the clerk has to choose."""
    if len(numbers) == len(names):
        return Head(row, titles, tuple(map(Columns, numbers, names)))
    pairs = tuple(Columns(number, _nearest(number, names)) for number in numbers)
    each_its_own = len({pair.name for pair in pairs}) == len(pairs)
    if each_its_own or (not names and len({titles[place] for place in numbers}) == 1):
        return Head(row, titles, pairs)
    return Head(row, titles, (), pairs)


def _nearest(number: int, names: list[int]) -> int:
    """The name in front of the number, or else the first behind it."""
    return max((name for name in names if name < number), default=min(names, default=NOWHERE))


def with_names(head: Head, cells: list) -> Head | None:
    """The head with the column of names that its second line says, if this row is that line."""
    if any(pair.name != NOWHERE for pair in head.columns) or any(map(is_number, cells)):
        return None
    titles = [re.sub(r"\s", "", fold(str(cell)[:LONGEST_TITLE])) for cell in cells]
    names = [place for place, title in enumerate(titles) if title in NAME_COLUMNS]
    if not names or any(pair.number < len(cells) and str(cells[pair.number]).strip() for pair in head.columns):
        return None
    numbers = [pair.number for pair in head.columns]
    return _arranged(head.row, head.titles, numbers, names)
