"""死亡日期, which a feed of payments may have beside each row, and which is of the person.

A file without the column says nothing of it. With the column it says of everybody in it whether she died: a day on any of her rows,
the last one counts; only when all of them are empty is what an earlier file said taken back (her history keeps it).
"""

from datetime import date
from uuid import UUID

from django.utils import timezone

from foundation.feeds import cells
from foundation.feeds.feed import Row
from foundation.feeds.staging import Stage

DECEASED = "死亡日期"


class Deaths:
    """Those of one load. `changed`, once written: of whom another day is known now, or none any more."""

    def __init__(self) -> None:
        self.changed: list[UUID] = []
        self._taken_back = 0
        self._is_said = False
        # Of whom the file has something in the cell, though the row may be refused: of them it takes nothing back.
        self._dated: set[UUID] = set()
        self._today = timezone.localdate()

    def sight(self, row: Row) -> date | None:
        """Judge the cell of a row."""
        self._is_said = self._is_said or DECEASED in row.cells
        day = row.take_optional(DECEASED, cells.day)
        if day and day > self._today:
            row.refuse(DECEASED, f"{DECEASED}在今天之后，应为今天或更早")
        return day

    def note(self, person: UUID, row: Row) -> None:
        """Whose row it is."""
        if row.cells.get(DECEASED, "").strip():
            self._dated.add(person)

    def write(self, stage: Stage) -> None:
        """What the good rows say of their people."""
        if self._is_said:
            stage.cursor.execute(UPDATE, [list(self._dated)])
            found = stage.cursor.fetchall()
            self.changed = [pk for pk, _day in found]
            self._taken_back = sum(day is None for _pk, day in found)

    @property
    def notes(self) -> list[str]:
        """What changed: many that are taken back at once may be a column left empty by mistake."""
        told = len(self.changed) - self._taken_back
        words = [f"新增或更改 {told:,} 人"] if told else []
        words += (
            [f"撤回 {self._taken_back:,} 人（本文件有{DECEASED}一列，这些人的都是空的）"] if self._taken_back else []
        )
        return [f"{DECEASED}：{'，'.join(words)}。"] if words else []


UPDATE = """
    UPDATE accounts_person p SET deceased_on = d.said FROM (
        SELECT person_id, (array_agg(deceased_on ORDER BY line DESC) FILTER (WHERE deceased_on IS NOT NULL))[1] AS said
        FROM feed_stage GROUP BY person_id) d
    WHERE p.id = d.person_id AND p.deceased_on IS DISTINCT FROM d.said
    AND (d.said IS NOT NULL OR p.id <> ALL(%s)) RETURNING p.id, p.deceased_on"""
