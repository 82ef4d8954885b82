"""What a scheme (养老, 医保, …) declares about itself, so that review and handoff serve it without knowing it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True)
class Scheme:
    """One kind of social insurance.

    `prefix` opens its application numbers; `agency` is the code of the agency its refunds are handed to (settings
    AGENCIES) and `agency_name` its short name inside labels (人社退费中); `account_form` is the form class that asks for
    the payee's account; `case_facts` tells an officer what is refunded, as tables of (title, columns, rows).
    """

    code: str
    prefix: str
    label: str
    agency: str
    agency_name: str
    agency_title: str
    model_label: str
    home: str
    account_form: Callable
    payments: Callable

    @property
    def model(self):
        return apps.get_model(self.model_label)


_schemes: dict[str, Scheme] = {}


def register(scheme: Scheme) -> None:
    """Called once by the scheme's app when it is ready."""
    clash = next((s for s in _schemes.values() if s.prefix == scheme.prefix and s.code != scheme.code), None)
    if clash:
        raise ValueError(f"{scheme.code} and {clash.code} share the number prefix {scheme.prefix}")
    _schemes[scheme.code] = scheme


def get(code: str) -> Scheme:
    return _schemes[code]


def every() -> Iterable[Scheme]:
    """All schemes, in the order they were registered."""
    return _schemes.values()


def of_number(number: str) -> Scheme | None:
    """The scheme an application number belongs to."""
    return next((scheme for scheme in _schemes.values() if number.startswith(scheme.prefix)), None)
