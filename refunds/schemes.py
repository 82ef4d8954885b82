"""What a scheme (养老, 医保, …) declares about itself, so that review and handoff serve it without knowing it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Role

# (label, value) as a page lists them.
Facts = list[tuple[str, object]]


@dataclass(frozen=True)
class Table:
    """What a page shows of a scheme's own records: columns as (label, kind) with kind text, date or money, and rows."""

    caption: str
    columns: list[tuple[str, str]]
    rows: list[list]


@dataclass(frozen=True)
class Check:
    """What the machine found about an application: the rule, whether it holds, and the evidence."""

    rule: str
    holds: bool
    evidence: str


@dataclass(frozen=True)
class Share:
    """Some of the people of a batch, as a list can be narrowed to them: its code in an address, its words, its people."""

    code: str
    label: str
    people: int


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


class People(Protocol):
    """The people of one application for many (a village batch). Nothing here makes more queries for a larger batch."""

    def addressable(self, number: str) -> str:
        """A 证件号码 that was searched for, in the form that may stand in a URL."""

    def totals(self) -> Totals: ...

    def find(self, *, name: str, number: str, only: str) -> QuerySet:
        """The lines that match, ordered by id; `only` is the code of a Share, "marked" or "left_out"."""

    def describe(self, lines: list) -> list[Member]:
        """One Member for each line of a page."""


@dataclass(frozen=True)
class Scheme:
    """One kind of social insurance.

    `prefix` opens its application numbers; `menu` and `choice` are its names under 办税中心 and
    社保费退费 (I-20, G-02); `agency` is the code of the agency its refunds are handed to (settings
    AGENCIES) and `agency_name` its short name inside labels (人社退费中); `account_form` makes the form of
    更正账户, whose `template` draws its fields; `payments` shows what an application refunds, `account` where the money goes,
    `facts` what else the applicant said; `checks` tells an officer what the scheme knows against it; `payment_feed`
    makes the feed that `load_payments` loads; `people` gives the People of a batch and is None for a scheme that has
    none.
    """

    code: str
    prefix: str
    label: str
    menu: str
    choice: str
    summary: str
    agency: str
    agency_name: str
    agency_title: str
    model_label: str
    home: str  # url name of its page for a resident
    progress: str  # and of that with the resident's applications
    village_home: str  # and for a clerk; empty where villages have nothing to refund
    village_summary: str
    hotline: str  # of the agency
    unfit_reasons: frozenset[str]  # codes of 不通过 reasons that make no sense here
    account_form: Callable
    payments: Callable[..., Table]
    account: Callable[..., Facts]
    checks: Callable[..., list[Check]]
    payment_feed: Callable
    people: Callable[..., People] | None = None
    facts: Callable[..., Facts] = lambda refund: []

    @property
    def model(self):
        return apps.get_model(self.model_label)

    @property
    def home_url(self) -> str:
        return reverse(self.home)

    @property
    def progress_url(self) -> str:
        return reverse(self.progress)

    def summary_for(self, user) -> str:
        """What a person, or a clerk for her village, gets back here."""
        return self.village_summary if user.role == Role.CLERK else self.summary

    def home_of(self, user) -> str:
        """The address where this user begins, or an empty string (I-20: the role decides which page opens)."""
        name = {Role.RESIDENT: self.home, Role.CLERK: self.village_home}.get(user.role, "")
        return reverse(name) if name else ""


_schemes: dict[str, Scheme] = {}


def register(scheme: Scheme) -> None:
    """Called once by the scheme's app when it is ready."""
    clash = next((s for s in _schemes.values() if s.prefix == scheme.prefix and s.code != scheme.code), None)
    if clash:
        raise ValueError(f"{scheme.code} and {clash.code} share the number prefix {scheme.prefix}")
    _schemes[scheme.code] = scheme


def get(code: str) -> Scheme:
    """The registered scheme with that code. Raises KeyError."""
    return _schemes[code]


def every() -> Iterable[Scheme]:
    """All schemes, in the order they were registered."""
    return _schemes.values()


def of_number(number: str) -> Scheme | None:
    """The scheme an application number belongs to; None for what cannot be a number at all."""
    known = _schemes.values() if number.isalnum() else ()
    return next((scheme for scheme in known if number.startswith(scheme.prefix)), None)
