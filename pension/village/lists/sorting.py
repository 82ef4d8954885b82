"""What of a file is the list, and what is left aside for the clerk to decide, in groups that have a name each.

Every row is in exactly one place: rows of the file = lines of the list + lines of the groups.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from foundation.excel.sheets import Sheet, Unreadable
from pension.village.lists import tables
from pension.village.lists.cells import ELSEWHERE, TYPED, Line, is_number, numbers_within
from pension.village.lists.tables import Found, Part

MAX_LINES = 10_000
# Of the whole file, with all that is left aside.
MAX_ROWS = 3 * MAX_LINES
EMPTY = "没有读到任何人员。请在【证件号码】列每行填写一人，再上传。"
TOO_MANY = f"一次最多 {MAX_LINES:,} 行，这份名单超过了，整份没有采用。请分成几份，每份不超过 {MAX_LINES:,} 行再上传。"
TOO_MANY_ROWS = f"这个文件的各张工作表加起来超过 {MAX_ROWS:,} 行，整份没有采用。请只保留要用的名单，再上传。"
NO_COLUMN = "没有找到证件号码列。请把该列第一行的标题写成“证件号码”，或下载模板填写后再上传。"
NO_NAME_EITHER = "没有找到证件号码列或姓名列。请把该列第一行的标题写成“证件号码”或“姓名”，再上传。"
ALL_TYPED = (
    "证件号码列是“数字”格式，最后几位已被 Excel 变成 0，无法还原，所以整份名单没有采用。"
    "请把该列设为“文本”后重新填写，再上传。"
)
# Groups of rows that are no people as far as anybody can tell: they are named and counted, and nobody need decide.
HIDDEN = "hidden"
QUIET = {
    tables.ABOVE: "表头以上的行、说明文字",
    tables.NOTE: "合计、签名、小标题等不是人员的行",
    tables.BLANK: "没有姓名和证件号码的行（如只有序号）",
    tables.EXAMPLE: "模板里的示例行",
    tables.ERROR: "公式出错的行",
}


@dataclass
class Group:
    """Lines left aside. `options` are the readings to choose among, each with its title; mostly there is one."""

    kind: str
    title: str
    options: list[list[Line]]
    labels: list[str] = field(default_factory=list)
    # Which option was taken in, None while it is left aside; and what came of it: lines that are ready, what they come
    # to in yuan, the payments that were new in the draft and of how many people.
    taken: int | None = None
    ready: int = 0
    amount: str = "0"
    payments: list[int] = field(default_factory=list)
    people: int = 0

    @property
    def rows(self) -> int:
        """How many rows of the file it stands for."""
        return len(self.options[0])

    @property
    def quiet(self) -> bool:
        """Whether nobody in it looks like a person."""
        return self.kind in QUIET

    @property
    def plain(self) -> bool:
        """Whether it holds people, and there is nothing to choose but yes or no."""
        return not self.quiet and len(self.options) == 1


class Reading(NamedTuple):
    """The list itself, where it was found ("" if it is all there is), how many lines were filled the wrong way round."""

    lines: list[Line]
    groups: list[Group]
    source: str = ""
    swapped: int = 0


def sort(sheets: Iterable[Sheet], *, pasted: bool = False, names: bool = False) -> Reading:
    """The list in these sheets; with `names` people may be known by their names alone. Raises Unreadable where there is none."""
    found: list[Found] = []
    for sheet in sheets:
        for one in tables.found_in(sheet, pasted=pasted, names=names):
            found.append(one)
            if len(found) > MAX_ROWS:
                raise Unreadable(TOO_MANY_ROWS)
    _check_people(found, names)
    found = _accounted(found)
    chosen = _list_among(found)
    if not names:
        found = _without_objected(found, chosen)
    mine = [one for one in found if _is_list(one, chosen)]
    if len(mine) > MAX_LINES:
        raise Unreadable(TOO_MANY)
    several = len({one.part.sheet for one in found}) > 1
    if not several:
        # Where there is one sheet, a line is found by its row.
        found = [one._replace(lines=tuple(line._replace(sheet="") for line in one.lines)) for one in found]
        mine = [one for one in found if _is_list(one, chosen)]
    groups = _groups([one for one in found if not _is_list(one, chosen)], chosen, several)
    lines = [one.lines[0] for one in mine]
    if lines and all(line.flaw == TYPED for line in lines) and all(group.quiet for group in groups):
        raise Unreadable(ALL_TYPED)
    source = f"工作表“{chosen.sheet}”" if chosen and several else ""
    return Reading(lines, groups, source, sum(one.swapped for one in found))


def _check_people(found: list[Found], names: bool) -> None:
    if any(one.kind not in QUIET or _looks_like_a_person(line) for one in found for line in one.lines):
        return
    no_column = NO_NAME_EITHER if names else NO_COLUMN
    raise Unreadable(EMPTY if not found or any(one.part.head for one in found) else no_column)


def _looks_like_a_person(line: Line) -> bool:
    return is_number(line.number) or bool(numbers_within(line.number) or numbers_within(line.name))


def _without_objected(found: list[Found], chosen: Part | None) -> list[Found]:
    """Whoever the list itself says is not to be refunded is left aside; where it says so of most, that is what the list is about."""
    mine = [one for one in found if _is_list(one, chosen)]
    if sum(one.objected for one in mine) * 2 >= len(mine):
        return found
    return [one._replace(kind=tables.OBJECTED) if one.objected and _is_list(one, chosen) else one for one in found]


def _is_list(one: Found, chosen: Part | None) -> bool:
    return one.part == chosen and one.kind == tables.PERSON and not one.hidden


def _accounted(found: list[Found]) -> list[Found]:
    """Without numbers in other columns that are the number of a row already, or belong to the line they stand in."""
    known = {line.number for one in found if one.kind != tables.WITHIN for line in one.lines}
    kept: list[Found] = []
    for one in found:
        line = one.lines[0]
        if one.kind != tables.WITHIN:
            kept.append(one)
        elif line.number not in known:
            known.add(line.number)
            if kept and _lacks_number(kept[-1], line):
                given = kept[-1].lines[0]._replace(number=line.number, flaw=ELSEWHERE)
                kept[-1] = kept[-1]._replace(lines=(given,))
            else:
                kept.append(one)
    return kept


def _lacks_number(one: Found, other: Line) -> bool:
    """Whether it is a person without a number, in the row of the other."""
    line = one.lines[0]
    same_row = (line.sheet, line.row) == (other.sheet, other.row)
    return one.kind == tables.PERSON and same_row and not line.number and not line.flaw


def _list_among(found: list[Found]) -> Part | None:
    """The part that is the list: the first under a head that is not much smaller than the largest, else without a head."""
    sizes: dict[Part, int] = {}
    for one in found:
        if one.kind in (tables.PERSON, tables.CHOICE) and one.part.visible and not one.hidden:
            sizes[one.part] = sizes.get(one.part, 0) + 1
    largest = max(sizes.values(), default=0)
    in_order = sorted(sizes, key=lambda part: not part.head)
    return next((part for part in in_order if sizes[part] * 10 >= largest), None)


def _groups(rest: list[Found], chosen: Part | None, several: bool) -> list[Group]:
    heads = {one.part.sheet for one in rest if one.part.head} | ({chosen.sheet} if chosen and chosen.head else set())
    read = {one.part.sheet for one in rest if one.kind != tables.ABOVE} | ({chosen.sheet} if chosen else set())
    titled: dict[tuple[str, str], list[Found]] = {}
    for one in rest:
        key = _title(one, chosen, several, one.part.sheet in heads)
        if several and key[0] == tables.ABOVE and one.part.sheet not in read:
            key = tables.ABOVE, f"工作表“{one.part.sheet}”没有读（找不到证件号码列）"
        titled.setdefault(key, []).append(one)
    groups = []
    for (kind, title), members in titled.items():
        options = [list(reading) for reading in zip(*(one.lines for one in members), strict=True)]
        labels = list(members[0].part.options) if kind == tables.CHOICE else []
        groups.append(Group(kind, title, options, labels))
    # People first, in the order of the file.
    return sorted(groups, key=lambda group: (group.quiet, group.kind != tables.CHOICE))


def _title(one: Found, chosen: Part | None, several: bool, headed: bool) -> tuple[str, str]:
    """Kind and title of the group a row belongs to."""
    part = one.part
    kind = tables.ABOVE if one.kind == tables.PERSON and headed and not part.head else one.kind
    where = f"工作表“{part.sheet}”" if several else ""
    where = where if part.visible else f"隐藏的工作表“{part.sheet}”"
    hidden = f"{where}{'里' if where else ''}隐藏或被筛选掉的行" if one.hidden else ""
    if kind == tables.CHOICE:
        columns = "、".join(f"“{label}”" for label in part.options)
        return kind, f"{hidden or where or '名单'}：{columns}都像证件号码，请选一列"
    if hidden:
        return HIDDEN, hidden
    if kind == tables.ABOVE and any(map(_looks_like_a_person, one.lines)):
        return tables.PERSON, f"{where}表头以上或说明里写着证件号码的行"
    if kind in QUIET:
        return kind, QUIET[kind]
    if kind == tables.OBJECTED:
        return kind, f"{where}备注写着“不退”“去世”一类的行"
    if kind == tables.BESIDE:
        return kind, f"{where}右侧并排的另一组列（证件号码在 {one.title} 列）"
    if kind == tables.WITHIN:
        return kind, f"{where}其他列里的证件号码（{one.title}）"
    return kind, _of_part(part, chosen, where)


def _of_part(part: Part, chosen: Part | None, where: str) -> str:
    """Another sheet, or another stretch of a sheet."""
    if part.title:
        return f"{where}第 {part.row} 行“{part.title[:40]}”以下的人员"
    same = chosen is not None and part.sheet == chosen.sheet
    return f"{where}第 {part.row} 行起的另一张表" if same or not where else where
