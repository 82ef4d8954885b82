"""What a scheme (养老, 医保, …) declares about itself, so that review and handoff serve it without knowing it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse


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
class Scheme:
    """One kind of social insurance.

    `prefix` opens its application numbers; `menu` and `choice` are its names under 办税中心 and
    社保费退费 (I-20, G-02); `agency` is the code of the agency its refunds are handed to (settings
    AGENCIES) and `agency_name` its short name inside labels (人社退费中); `account_form` is the form class that asks
    for the payee's account; `payments` shows what an application refunds; `checks` tells an officer what the scheme
    knows against it; `payment_feed` makes the feed that `load_payments` loads.
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
    home: str  # url name of its page for the taxpayer
    account_form: Callable
    payments: Callable[..., Table]
    checks: Callable[..., list[Check]]
    payment_feed: Callable

    @property
    def model(self):
        return apps.get_model(self.model_label)

    @property
    def home_url(self) -> str:
        return reverse(self.home)


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
