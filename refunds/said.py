"""What a scheme says of its own records, in shapes that every page understands."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from refunds.application import Payment

# What an officer may start for one person is listed up to here, of each scheme; the page says so when there is more.
MOST_STARTABLE = 200
# (label, value) as a page lists them.
Facts = list[tuple[str, object]]


@dataclass(frozen=True)
class Table:
    """What a page shows of a scheme's own records: columns as (label, kind) with kind text, date or money, and rows."""

    caption: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]


@dataclass(frozen=True)
class Paid:
    """One payment as whoever answers a caller needs it: `kind` and `arrival` in words, and what became of it for this person:
    `status` is the code behind `words`, `refund` the application that counts. Both are empty where nobody applied."""

    ticket: str
    year: int
    kind: str
    amount: Decimal
    arrival: str = ""
    status: str = ""
    words: str = ""
    refund: Any = None


@dataclass(frozen=True)
class Refundable:
    """What a person may ask back by herself now: how many payments, and their sum in yuan; `why` says what they are."""

    payments: int = 0
    amount: Decimal = Decimal()
    why: str = ""


@dataclass(frozen=True)
class ToSign:
    """A batch that has come, whose money so many people have not signed for."""

    refund: Any
    title: str
    people: int
    url: str


@dataclass(frozen=True)
class Paper:
    """A scanned paper: what it is, who sent it, and its kind (`foundation.paper.scans`) and name as a file."""

    key: UUID
    title: str
    words: str
    kind: str
    name: str


@dataclass(frozen=True)
class Startable:
    """A payment of a person at the counter (O-04): `ticket`, `period` and `standing` are what an officer sees of it; with
    `why_not`, a sentence, it cannot be started for her."""

    payment: Payment
    ticket: str
    period: str
    standing: str
    why_not: str = ""
