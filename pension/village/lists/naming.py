"""Whom of a submitted batch an officer's list names, by 证件号码 or by name. One query for any length."""

from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from accounts.identity import id_index
from foundation import masks
from foundation.numbers import fold_name
from pension.village.lists.cells import SCIENTIFIC, Line
from pension.village.lists.judging import CAUSES, alike, malformed
from pension.village.lists.sorting import Group, Reading
from refunds.people import Listed, Roll

STRANGER = "不在本批退费里。"
# Longer than any name or number is.
LONGEST_NAME, LONGEST_NUMBER = 80, 40


class _Line(NamedTuple):
    """One line of the batch."""

    key: int
    left_out: str | None
    person: UUID
    blind: bytes
    id_type: str
    name: str


def call(refund, reading: Reading) -> Roll:
    """Every row of the file ends as found, or in one of the five other lists with what is to be said of it."""
    batch, lines = _Batch(refund), reading.lines
    aside = [_said(line, _why_aside(group)) for group in reading.groups for line in group.options[0]]
    roll = Roll(len(lines) + len(aside), 0, [], [], [], [], [], aside)
    found = 0
    first: dict[UUID, int] = {}
    for line in lines:
        mine, doubt = batch.find(line)
        if doubt:
            roll.unsure.append(_said(line, doubt))
        elif not mine:
            roll.strangers.append(_said(line, _why_unknown(line)))
        elif (earlier := first.setdefault(mine[0].person, line.row)) != line.row:
            roll.repeated.append(_said(line, f"与第 {earlier} 行是同一人，只算一次。"))
        elif all(part.left_out for part in mine):
            roll.left_out.append(_said(line, "此前已排除，不会改动。"))
        else:
            found += 1
            roll.keys.extend(part.key for part in mine if not part.left_out)
    return replace(roll, found=found)


class _Batch:
    """The lines of a batch by the blind index of a number, and by name."""

    def __init__(self, refund):
        self._by_index: dict[bytes, list[_Line]] = defaultdict(list)
        self._by_name: dict[str, list[_Line]] = defaultdict(list)
        person = "payment__person"
        columns = ("pk", "left_out", person, f"{person}__id_index", f"{person}__id_type", f"{person}__name")
        for row in refund.lines.order_by("pk").values_list(*columns):
            line = _Line(*row)
            self._by_index[bytes(line.blind)].append(line)
            self._by_name[fold_name(line.name)].append(line)
        self._types = sorted({line.id_type for lines in self._by_index.values() for line in lines})

    def find(self, line: Line) -> tuple[list[_Line], str]:
        """The lines of the one person that is meant, or why nobody can tell who it is."""
        if line.flaw:
            return [], "{}。{}".format(*CAUSES[line.flaw])
        if not line.number:
            return self._named(line.name)
        mine = next(filter(None, (self._by_index.get(id_index(kind, line.number)) for kind in self._types)), [])
        if mine and line.name and not alike(line.name, mine[0].name):
            return [], f"号码是本批“{mine[0].name}”的，与填写的姓名不一致，请核对。"
        return mine, ""

    def _named(self, name: str) -> tuple[list[_Line], str]:
        found = self._by_name.get(fold_name(name), [])
        people = len({line.person for line in found})
        if people > 1:
            return [], f"本批有 {people} 人同名，请补填证件号码。"
        return found, ""


def _why_aside(group: Group) -> str:
    """An officer's list has no page on which to choose: whatever is not plainly the list is named, and is sent again if it counts."""
    return f"{group.title}。" if group.quiet else f"{group.title}。没有采用；要用的，请另存为一份名单再上传。"


def _why_unknown(line: Line) -> str:
    problem = malformed(line) if line.number else None
    return f"{STRANGER}{problem.reason}" if problem else STRANGER


def _said(line: Line, reason: str) -> Listed:
    """Whatever stands in the wrong column is masked too."""
    number = line.number if SCIENTIFIC.fullmatch(line.number) else masks.id_number(line.number)
    return Listed(line.row, masks.in_text(line.name)[:LONGEST_NAME], number[:LONGEST_NUMBER], reason)
