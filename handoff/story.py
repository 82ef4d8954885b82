"""What an agency has said of one instruction, told in its own order (design.md section 7): where it stands, or that it
contradicts itself. Pure: whatever order messages come in, the same messages tell the same story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone

from handoff.models import Event

# What may follow what; a state implies those before it, and the same again says nothing new.
FOLLOWS: dict[str, frozenset[str]] = {
    "": frozenset(Event.values),
    Event.ACCEPTED: frozenset({Event.REFUSED, Event.PAID, Event.BOUNCED, Event.CANCELLED}),
    Event.PAID: frozenset({Event.BOUNCED}),
    Event.BOUNCED: frozenset({Event.PAID}),
    Event.REFUSED: frozenset(),
    Event.CANCELLED: frozenset(),
}
# No money moves, so the amount may be that of the whole or of what is left.
WITHOUT_MONEY = (Event.REFUSED, Event.CANCELLED)
# What the agency itself decided; what follows is the bank's.
ANSWERS = (Event.ACCEPTED, Event.REFUSED)


LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Contradiction(Exception):
    """What cannot be true together; `sentence` says what, for an officer."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Instruction:
    """What was handed off: `tickets` gives the amount in yuan by ticket number; not before `since` can it have been paid."""

    tickets: dict[str, Decimal]
    since: date

    @property
    def amount(self) -> Decimal:
        return sum(self.tickets.values(), Decimal())


@dataclass(frozen=True)
class Said:
    """One message, as the agency meant it. `returned` gives the reason by ticket number of all returned so far."""

    sequence: int
    event: str
    amount: Decimal | None
    occurred_at: datetime
    reason: str = ""
    paid_on: date | None = None
    returned: dict[str, str] = field(default_factory=dict)
    # The agency gave its letter no sequence: it comes after the message that has this one, and before the next.
    by_letter: bool = False

    @property
    def place(self) -> tuple[int, bool, datetime]:
        """In the agency's own order; of letters the one that was entered later is the later one."""
        return self.sequence, self.by_letter, LONG_AGO if self.by_letter else self.occurred_at

    @property
    def content(self) -> tuple[object, ...]:
        """What must be the same when it is said again."""
        return self.event, self.amount, self.paid_on, self._paid_day, self.reason, sorted(self.returned.items())

    @property
    def _paid_day(self) -> date | None:
        """Of anything but a payment nobody asks for the day: an agency may repeat it with another time."""
        return self.day if self.event == Event.PAID else None

    @property
    def day(self) -> date:
        """When the bank paid."""
        return self.paid_on or timezone.localdate(self.occurred_at)


@dataclass(frozen=True)
class Standing:
    """Where an instruction stands: the newest word, and when the agency first answered by its own clock."""

    last: Said
    answered_at: datetime | None


def tell(instruction: Instruction, said: Iterable[Said]) -> Standing:
    """The story so far. Raises Contradiction. At least one message must have been said."""
    in_order = sorted(said, key=lambda one: one.place)
    before: Said | None = None
    for one in in_order:
        _check(one, instruction)
        if before is not None and before.by_letter and one.event == Event.ACCEPTED:
            must_lead_to(one, before)  # it is late, for it follows nothing: the letter knew of it
            continue
        if before is not None:
            must_lead_to(before, one)
        before = one
    assert before is not None, "nothing was said"
    return Standing(before, _answered_at(in_order))


def _answered_at(said: Sequence[Said]) -> datetime | None:
    return min((one.occurred_at for one in said if one.event in ANSWERS), default=None)


def _check(one: Said, instruction: Instruction) -> None:
    """What can be said of this instruction at all."""
    word = Event(one.event).label
    if unknown := sorted(one.returned.keys() - instruction.tickets.keys()):
        raise Contradiction(f"对方退回了不在这条指令里的 {len(unknown)} 条明细（票证号码 {_some(unknown)}）")
    gone = sum((instruction.tickets[ticket] for ticket in one.returned), Decimal())
    left = instruction.amount - gone
    right = {instruction.amount, left} if one.event in WITHOUT_MONEY else {left}
    if one.amount not in right:
        raise Contradiction(f"对方回传“{word}”的金额是 {one.amount} 元，按移交的明细应是 {left} 元")
    if not left and one.event not in WITHOUT_MONEY:
        raise Contradiction(f"对方退回了全部明细，又回传“{word}”")
    if one.event == Event.PAID and one.day < instruction.since:
        raise Contradiction(f"对方回传的退费日期 {one.day} 早于审核通过的日期 {instruction.since}")


def must_lead_to(before: Said, one: Said) -> None:
    """Whether the one can follow the other in the agency's own order. Raises Contradiction."""
    same = one.sequence == before.sequence and not (one.by_letter or before.by_letter)
    if same and one.content != before.content:
        raise Contradiction(f"对方用同一个序号 {one.sequence} 回传了两种内容：{_words(before)}；{_words(one)}")
    if one.event != before.event and one.event not in FOLLOWS[before.event]:
        raise Contradiction(f"对方先回传“{Event(before.event).label}”，又回传“{Event(one.event).label}”")
    if one.event not in WITHOUT_MONEY and (back := sorted(before.returned.keys() - one.returned.keys())):
        raise Contradiction(f"对方先退回、后来又不再退回 {len(back)} 条明细（票证号码 {_some(back)}）")


def _words(one: Said) -> str:
    parts = [
        f"“{Event(one.event).label}”{one.amount} 元",
        f"退费日期 {one.day}" if one.event == Event.PAID else "",
        f"退回 {len(one.returned)} 条明细" if one.returned else "",
        f"原因“{one.reason}”" if one.reason else "",
    ]
    return "，".join(filter(None, parts))


def _some(tickets: Sequence[str]) -> str:
    return "、".join(tickets[:3]) + ("等" if len(tickets) > 3 else "")
