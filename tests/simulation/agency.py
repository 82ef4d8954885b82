"""An agency in the same process, without HTTP: honest as a rule, and now and then late, lost, repeated, out of order, or at odds
with itself. Everything it does is drawn from one seed."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random
from urllib.parse import parse_qs

from django.utils import timezone

from handoff.story import FOLLOWS

PAYING = {"accepted", "paid", "bounced"}


@dataclass
class Instruction:
    """What the agency holds of one instruction; `state` is the truth, `told` what it has said."""

    tickets: dict[str, Decimal]
    state: str = "received"
    returned: dict[str, str] = field(default_factory=dict)
    sequence: int = 0
    payments: int = 0  # how often money left for it
    told: list[dict] = field(default_factory=list)
    received_at: datetime = field(default_factory=timezone.now)
    at: datetime = field(default_factory=timezone.now)  # since when it is in that state

    def amount(self) -> Decimal:
        gone = self.returned if self.state not in ("refused", "cancelled", "received") else {}
        return sum((amount for ticket, amount in self.tickets.items() if ticket not in gone), Decimal())

    @property
    def has_the_money(self) -> bool:
        """Whether what it paid is still out."""
        return self.state == "paid"


class Agency:
    """The ledger of one pretend agency."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.ledger: dict[str, Instruction] = {}
        self.refuses: set[str] = set()
        self.is_down = False

    def move(self) -> None:
        """Something happens to one instruction, as an honest ledger moves."""
        if not self.ledger:
            return
        one = self.ledger[self.rng.choice(sorted(self.ledger))]
        before = "" if one.state == "received" else one.state
        following = sorted(FOLLOWS[before] - {"cancelled"})
        if not following:
            return
        one.state = self.rng.choice(following)
        if one.state in PAYING and len(one.tickets) - len(one.returned) > 1 and self.rng.random() < 0.3:
            open_still = sorted(one.tickets.keys() - one.returned.keys())
            one.returned = one.returned | {self.rng.choice(open_still): "该人员已死亡"}
        self._say(one)

    def finish(self) -> None:
        """Whatever it still has is paid."""
        for one in self.ledger.values():
            if one.state in ("received", "accepted"):
                one.state = "paid"
                self._say(one)

    def lie(self) -> None:
        """It says what its own ledger does not: it will be asked."""
        told = [one for one in self.ledger.values() if one.told]
        if not told:
            return
        one = self.rng.choice(told)
        true, at = one.state, one.at
        one.state = self.rng.choice(["paid", "bounced", "refused", "accepted"])
        self._say(one)
        one.state, one.at = true, at

    def answer(self, method: str, path: str, query: str, said: dict) -> tuple[int, dict]:
        """What HTTP would bring: (status, body) of an instruction, a question or a cancellation (design.md section 7)."""
        name = path.removeprefix("/refunds").strip("/").removesuffix("/cancel")
        if method == "GET" and not name:
            return 200, {"refunds": self._changed_on(parse_qs(query)["day"][0]), "next_after": ""}
        if path.endswith("/cancel"):
            return self._cancel(name)
        if method == "GET":
            unknown = {"error": {"code": "unknown_instruction"}, "instruction_id": name}
            return (200, self._standing(name)) if name in self.ledger else (404, unknown)
        name = said["instruction_id"]
        if name in self.refuses:
            return 422, {"error": {"code": "cancelled", "message": "已取消"}}
        tickets = {line["ticket_number"]: Decimal(line["amount"]) for line in said["lines"]}
        self.ledger.setdefault(name, Instruction(tickets))
        return 202, {"receipt": "R-1", "instruction_id": name}

    def _cancel(self, name: str) -> tuple[int, dict]:
        one = self.ledger.get(name)
        if one is None:
            self.refuses.add(name)
            never = {"state": "cancelled", "sequence": 0, "amount": "0.00", "instruction_id": name}
            return 200, never
        if one.state in ("received", "accepted"):
            one.state = "cancelled"
            self._say(one)
        return (200 if one.state == "cancelled" else 409), self._standing(name)

    def _changed_on(self, day: str) -> list[dict]:
        """What came or changed on that day."""
        return [
            self._standing(name)
            for name, one in self.ledger.items()
            if day in (str(timezone.localdate(one.received_at)), str(timezone.localdate(one.at)))
        ]

    def _standing(self, name: str) -> dict:
        one = self.ledger[name]
        return {"instruction_id": name, "state": one.state, "receipt": "R-1", **self._fields(one)}

    def to_tell(self) -> list[tuple[str, dict]]:
        """Everything it has said, in no order, some of it twice."""
        said = [
            (name, {"instruction_id": name, **message}) for name, one in self.ledger.items() for message in one.told
        ]
        said += [pair for pair in said if self.rng.random() < 0.2]
        self.rng.shuffle(said)
        return said

    def _say(self, one: Instruction) -> None:
        one.sequence += 1
        one.at = timezone.now()
        one.told.append({"event": one.state, **self._fields(one)})

    def _fields(self, one: Instruction) -> dict:
        return {
            "sequence": one.sequence,
            "amount": str(one.amount()),
            "lines": [{"ticket_number": t, "outcome": "returned", "reason": why} for t, why in one.returned.items()],
            "reason": "户名不符" if one.state == "bounced" else "核验未通过" if one.state == "refused" else "",
            "occurred_at": one.at.isoformat(),
        }
