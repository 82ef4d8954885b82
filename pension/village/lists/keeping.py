"""What is kept of an upload beside its numbers, as the text that is sealed: where the list was found, and what was left aside."""

import json
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from pension.village.lists.cells import Line
from pension.village.lists.models import VillageUpload
from pension.village.lists.sorting import Group


@dataclass
class Rest:
    """`name` of the file ("" of a paste), `source` of the list in it, how many lines were `swapped`, what the list itself
    gave (`ready` lines, `people` new, `amount` in yuan), `seen` lines by payment, the `groups` left aside or taken in."""

    name: str = ""
    source: str = ""
    swapped: int = 0
    ready: int = 0
    people: int = 0
    amount: str = "0"
    seen: dict[int, Line] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What all that is ready comes to, in yuan."""
        return Decimal(self.amount) + sum((Decimal(group.amount) for group in self.groups), Decimal(0))

    @property
    def aside(self) -> int:
        """Rows that wait for the clerk's word."""
        return sum(group.rows for group in self.groups if group.taken is None)

    def packed(self) -> str:
        """As the text that is sealed. Of the lines `seen` only where they stand: nobody needs their numbers again."""
        seen = [[payment, line.row, line.sheet, line.group] for payment, line in self.seen.items()]
        # The lines are set aside first: `asdict` would copy ten thousand of them, one by one.
        return json.dumps({**asdict(replace(self, seen={})), "seen": seen}, ensure_ascii=False)


def rest_of(upload: VillageUpload) -> Rest:
    """What was kept of it."""
    if upload.rest is None:
        return Rest(ready=upload.ready, people=upload.added)
    kept = json.loads(upload.rest.reveal("the rows left aside are shown to the clerk who decides on them"))
    kept["seen"] = {payment: Line(row, "", "", "", sheet, group) for payment, row, sheet, group in kept["seen"]}
    kept["groups"] = [_group(given) for given in kept["groups"]]
    return Rest(**kept)


def _group(given: dict) -> Group:
    given["options"] = [[Line(*values) for values in option] for option in given["options"]]
    return Group(**given)
