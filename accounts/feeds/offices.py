"""The feed of tax offices: 税务机关, with the tree they form. Its key is 税务机关代码."""

import re
from collections.abc import Callable

from django.dispatch import Signal

from accounts.feeds import deciding
from foundation.feeds import cells
from foundation.feeds.errors import Refusal
from foundation.feeds.feed import Feed, Row
from foundation.feeds.staging import Stage

CODE, NAME, DIVISION, PARENT = "税务机关代码", "税务机关名称", "行政区划代码", "上级税务机关代码"
# Columns that a file may leave out: what it does not say stays, what it leaves empty goes.
ADDRESS, PHONE, HOURS = "地址", "办公电话", "办公时间"
MAX_PATH = 200
STAFF_NEXT = "接下来请用 load_staff 载入工作人员，载入后会说明哪些机关没有审核人。"
# Sent when the tree may have changed, in the transaction that changed it.
moved = Signal()

_code = cells.code(CODE, 11, shortest=11, digits=True)
_name = cells.name(NAME, 100)
_division = cells.code(DIVISION, 6, shortest=6, digits=True)
_parent = cells.code(PARENT, 11, shortest=11, digits=True, empty=True)


def _words(what: str, longest: int) -> Callable[[str], str]:
    named = cells.name(what, longest)
    return lambda text: named(text) if text.strip() else ""


def _phone(text: str) -> str:
    """Digits with what stands between them, as people write them: 0712-8280001 转 2."""
    value = cells.clean(text)
    if not re.fullmatch(r"[0-9][0-9 ()转、/-]{2,39}", value):
        raise Refusal(f"{PHONE}应为数字，可以有区号、横线和分机，如 0712-8280001 转 2")
    return value


_address, _hours = _words(ADDRESS, 200), _words(HOURS, 100)


class OfficeFeed(Feed):
    """Offices; a parent may stand after its children, or be in the portal already. A known office is updated."""

    name = "税务机关"
    columns = (CODE, NAME, DIVISION, PARENT)
    optional = (ADDRESS, PHONE, HOURS)
    stage = {
        "code": "text",
        "name": "text",
        "division": "text",
        "parent_id": "text",
        "path": "text",
        "address": "text",
        "hotline": "text",
        "hours": "text",
    }

    def parse(self, row: Row) -> tuple[str | None, ...]:
        return (
            row.take(CODE, _code),
            row.take(NAME, _name),
            row.take(DIVISION, _division),
            row.take(PARENT, _parent) or None,
            None,
            _said(row, ADDRESS, _address),
            _said(row, PHONE, lambda text: _phone(text) if text.strip() else ""),
            _said(row, HOURS, _hours),
        )

    def check(self, stage: Stage) -> None:
        stage.refuse_repeated(CODE, "code")
        stage.cursor.execute("SELECT code, parent_id FROM accounts_taxoffice")
        self._parents = dict(stage.cursor.fetchall())
        stage.cursor.execute("SELECT code, parent_id, line FROM feed_stage")
        staged = {code: (parent, line) for code, parent, line in stage.cursor.fetchall()}
        stage.refuse_rows(_planted(self._parents, staged))

    def write(self, stage: Stage) -> tuple[int, int]:
        paths = [(code, _path(code, self._parents)) for code in self._parents]
        stage.table("feed_path", {"code": "text PRIMARY KEY", "path": "text"})
        stage.copy("feed_path", paths)
        stage.cursor.execute("UPDATE feed_stage s SET path = t.path FROM feed_path t WHERE t.code = s.code")
        stage.cursor.execute(UPDATE_CHANGED)
        updated = stage.cursor.rowcount
        stage.cursor.execute(ADD_NEW)
        added = stage.cursor.rowcount
        stage.cursor.execute(MOVE_BENEATH)
        deciding.recompute()
        self._notes = deciding.notes(stage, "code", before_staff=STAFF_NEXT)
        # Last, for it locks the sums against whoever holds one of the cases that were just changed.
        moved.send(sender=OfficeFeed)
        return added, updated

    @property
    def notes(self) -> list[str]:
        return self._notes


def _said(row: Row, column: str, judge: Callable[[str], str]) -> str | None:
    """None where the file has no such column."""
    return row.take(column, judge) if column in row.cells else None


# For the feeds that stage an `office_id`.
UNKNOWN = """
    SELECT line, format('税务机关 %%s 没有登记。请核对代码，或先用 load_offices 加载它', office_id) FROM feed_stage s
    WHERE office_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_taxoffice o WHERE o.code = s.office_id)"""
UPDATE_CHANGED = """
    UPDATE accounts_taxoffice o SET (name, division, parent_id, path, address, hotline, hours) = ROW(
        s.name, s.division, s.parent_id, s.path,
        coalesce(s.address, o.address), coalesce(s.hotline, o.hotline), coalesce(s.hours, o.hours)) FROM feed_stage s
    WHERE o.code = s.code
    AND (o.name, o.division, o.parent_id, o.path, o.address, o.hotline, o.hours) IS DISTINCT FROM (
        s.name, s.division, s.parent_id, s.path,
        coalesce(s.address, o.address), coalesce(s.hotline, o.hotline), coalesce(s.hours, o.hours))"""
ADD_NEW = """
    INSERT INTO accounts_taxoffice (code, name, division, parent_id, path, address, hotline, hours, decides_for)
    SELECT code, name, division, parent_id, path, coalesce(address, ''), coalesce(hotline, ''), coalesce(hours, ''), '{}'
    FROM feed_stage s
    WHERE NOT EXISTS (SELECT FROM accounts_taxoffice o WHERE o.code = s.code) ORDER BY line"""
# Offices that are not in the file, but hang below one that moved.
MOVE_BENEATH = """
    UPDATE accounts_taxoffice o SET path = t.path FROM feed_path t WHERE o.code = t.code AND o.path <> t.path"""


def _planted(parents: dict[str, str | None], staged: dict[str, tuple[str | None, int]]) -> list[tuple[int, str, str]]:
    """Hang the staged offices into the tree `parents` (code → parent). Returns the refusals of those that do not fit.

    Refusing one may leave others without a parent, or put an office back where it was: so until nothing changes.
    """
    before, refusals = dict(parents), []
    parents.update({code: parent for code, (parent, _line) in staged.items()})
    while unfit := {code: reason for code in staged if (reason := _unfit(code, parents))}:
        for code, reason in unfit.items():
            refusals.append((staged.pop(code)[1], PARENT, reason))
            if code in before:
                parents[code] = before[code]
            else:
                del parents[code]
    return refusals


def _unfit(code: str, parents: dict[str, str | None]) -> str:
    parent = parents[code]
    if parent and parent not in parents:
        return f"上级税务机关 {parent} 没有登记，本文件里也没有可以加载的这一行。请先补上它，或改正代码"
    way = _way_up(code, parents)
    if way[-1] == code and len(way) > 1:
        return f"上级税务机关成了一个圈：{' → '.join(way)}。请改正其中一个上级"
    if len(way) == len(set(way)) and len(_path(code, parents)) > MAX_PATH:
        return "税务机关的层级太深，最多 16 级。请核对上级税务机关代码"
    return ""


def _way_up(code: str, parents: dict[str, str | None]) -> list[str]:
    """From an office to its root; it stops after the first one met twice."""
    way = [code]
    while parent := parents.get(way[-1]):
        way.append(parent)
        if parent in way[:-1]:
            break
    return way


def _path(code: str, parents: dict[str, str | None]) -> str:
    """`/14200000000/14209000000/` (TaxOffice.path)."""
    return "/" + "".join(office + "/" for office in reversed(_way_up(code, parents)))
