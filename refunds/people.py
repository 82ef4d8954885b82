"""Who an application is for: `refund.people` is one person, or everybody in a batch.

Decisions and answers of an agency reach single people through this object and nothing else. A scheme with batches gives
a `Batch` of its own (`Scheme.people`).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.forms import Form

from accounts.models import Person, User
from foundation.fragments import Request
from refunds.application import Application, Reason
from refunds.states import LineOutcome

# Of somebody who is marked not to be passed, before the decision; after it 不通过.
LEFT_OUT = "已排除"


class People:
    """One person, who is passed, refused and paid whole."""

    many = False

    def __init__(self, refund: Application):
        self.refund = refund

    @property
    def count(self) -> int:
        """退费人数."""
        return 1

    def include(self, person: Person) -> bool:
        """Whether it is this person's money."""
        return person.pk == self.refund.applicant_id

    # The decision ----------------------------------------------------------------------------------------------------

    def leave_out(self, keys: list[int], *, by: User, reason: Reason | None, remark: str) -> None:
        """Mark single people of a batch as not to be passed; `reason` None takes the mark away."""
        raise TypeError("one person is passed or rejected, not left out")

    def fingerprint(self) -> str:
        """Of who is left out now. The page of a decision sends it back, so that a change in between is noticed."""
        return ""

    def amount_to_pass(self) -> Decimal:
        """What a pass would hand off now, in yuan: the amount without those left out."""
        return self.refund.amount

    def drop_left_out(self) -> None:
        """With the pass: give up those left out, and recompute the amount of the application."""

    def take_back(self) -> None:
        """With the undoing of a pass: those left out are marks again, and the amount is that of everybody."""

    def stand_again(self, tickets: list[str], *, by: User) -> None:
        """With a decision that stands again because it was paid: exactly those of its handoff (`tickets`) are passed."""

    # The agency's answer ---------------------------------------------------------------------------------------------

    def settle(self, outcome: LineOutcome, returned: dict[str, str], *, among: list[str], reason: str = "") -> None:
        """What the agency says of the lines of one instruction (`among`, their ticket numbers): `returned` maps a ticket
        number to the reason, all others follow `outcome`. Saying it again changes nothing."""

    def apart(self) -> dict[str, int]:
        """How many people of a batch went another way than the rest: `left_out` and `returned`. Empty for one person."""
        return {}


@dataclass(frozen=True)
class Part:
    """Some of the people of a batch, and what they come to in yuan."""

    people: int = 0
    amount: Decimal = Decimal(0)

    def __str__(self) -> str:
        return f"{self.people:,} 人 {self.amount:,.2f} 元"


@dataclass(frozen=True)
class Parts:
    """A batch by what became of its people: `everybody` is `left_out` + `returned` + `paid` + `open` + `withdrawn`, and `passed`
    is what the tax office let through, whatever came of it."""

    everybody: Part
    passed: Part
    left_out: Part
    returned: Part
    paid: Part
    open: Part
    withdrawn: Part

    @property
    def is_partial(self) -> bool:
        """部分成功: the money of some has come, that of others has come back."""
        return bool(self.paid.people and self.returned.people)

    @property
    def summary(self) -> str:
        """Everything that has been said of it."""
        passed = f"税务通过 {self.by_office}" if self.passed.people else self.by_office
        return "；".join(filter(None, [passed, self.by_agency]))

    @property
    def by_agency(self) -> str:
        """What agency and bank made of it, in words; empty as long as they have said nothing."""
        said = [("已到账", self.paid), ("退回", self.returned)]
        return "，".join(f"{word} {part}" for word, part in said if part.people)

    @property
    def by_office(self) -> str:
        """Who passed the tax office and who did not, in words; empty before its decision."""
        said = [("", self.passed), ("不退 ", self.left_out)]
        return "，".join(f"{word}{part}" for word, part in said if part.people)


@dataclass(frozen=True)
class Share:
    """Some of the people of a batch, as a list can be narrowed to them: its code in an address, its words, its people."""

    code: str
    label: str
    people: int


@dataclass(frozen=True)
class Matching:
    """Of some people of a batch: how many would be passed, and how many are left out."""

    kept: int
    left_out: int


@dataclass(frozen=True)
class Listed:
    """A row of a list that an officer sent: as the sender counts, its name and masked number, and what is to be said of it."""

    row: int
    name: str
    number: str
    reason: str


@dataclass(frozen=True)
class Roll:
    """What a list of numbers or names comes to in a batch: how many rows were `read` and how many of them `found` the people
    with these `keys`; every other row is in one of the five lists."""

    read: int
    found: int
    keys: list[int]
    left_out: list[Listed]
    strangers: list[Listed]
    unsure: list[Listed]
    repeated: list[Listed]
    aside: list[Listed]


@dataclass(frozen=True)
class Excluded:
    """Those who are left out for one reason, as the clerk's page will say it of each of them; `names` are the first few."""

    status: str
    outcome: str
    words: str
    people: int
    names: list[str]


@dataclass(frozen=True)
class Totals:
    """The people of a batch and their money in yuan. `marks` is what the machine noticed, `marked` everybody it noticed
    something about; `answers` is what became of those who were passed."""

    people: int
    amount: Decimal
    left_out: int
    left_out_amount: Decimal
    marked: int
    marks: list[Share] = field(default_factory=list)
    answers: list[Share] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return self.people - self.left_out

    @property
    def kept_amount(self) -> Decimal:
        return self.amount - self.left_out_amount


@dataclass(frozen=True)
class Member:
    """One person of a batch for an officer: `marks` says in words what the machine noticed; `status` is the code behind
    `outcome`, which is what became of this part, with `words` saying why."""

    key: int
    name: str
    id_number: object  # prints as its mask
    personal_number: str
    amount: Decimal
    marks: list[str]
    status: str
    outcome: str
    words: str


class Batch(People):
    """A batch of many people, with the totals, the search and the list that an officer's page shows. However many they are,
    the number of queries is the same."""

    many = True
    unfit_reasons: frozenset[str] = frozenset()  # codes of 不通过 reasons that make no sense for one of many

    def addressable(self, number: str) -> str:
        """A 证件号码 that was searched for, in the form that may stand in a URL."""
        raise NotImplementedError

    def totals(self) -> Totals:
        """Everybody, and what they come to."""
        raise NotImplementedError

    def find(self, *, name: str, number: str, only: str) -> QuerySet[Any]:
        """The scheme's lines that match, ordered by id; `only` is the code of a Share, "marked" or "left_out"."""
        raise NotImplementedError

    def describe(self, lines: list[Any]) -> list[Member]:
        """One Member for each line of a page."""
        raise NotImplementedError

    def person(self, key: int) -> Person | None:
        """Who stands behind the `key` of a Member; None for nobody of this batch."""
        raise NotImplementedError

    def matching(self, lines: QuerySet[Any]) -> Matching:
        """How many of what `find` gave would be passed, and how many not."""
        raise NotImplementedError

    def keys(self, lines: QuerySet[Any] | list[int], *, left_out: bool) -> list[int]:
        """The keys of those among what `find` gave, or among keys, who are left out, or who are not."""
        raise NotImplementedError

    def list_form(self, request: Request) -> Form:
        """The form in which a list of people is sent, as its scheme reads one; `lines` of its cleaned data is what was sent."""
        raise NotImplementedError

    def call(self, reading: Any) -> Roll:
        """Who of the batch is named by the lines of such a list."""
        raise NotImplementedError

    def excluded(self) -> list[Excluded]:
        """Those left out of a batch that was passed, by what the clerk reads of each; the most frequent first."""
        raise NotImplementedError
