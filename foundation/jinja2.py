"""The Jinja2 environment of every page: strict about undefined names, with the portal's filters."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined
from lucide.jinja import lucide

NONE_SHOWN = "--"


def environment(**options: Any) -> Environment:
    """What settings.TEMPLATES names: an undefined name in a template is an error, never an empty string."""
    options["undefined"] = StrictUndefined
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)
    env.globals.update(
        static=static,
        url=lambda name, *args, **kwargs: reverse(name, args=args, kwargs=kwargs),
        icon=lucide,
        htmx_script=htmx_script,
        pairs=lambda values: [(value, value) for value in values],
    )
    env.filters.update(money=money, day=day, moment=moment, dash=dash, grouped=grouped, braced=braced)
    return env


def money(amount: Decimal | None) -> str:
    """Yuan with thousand separators and two decimals: `62,000.00`."""
    return NONE_SHOWN if amount is None else f"{amount:,.2f}"


def day(value: date | None) -> str:
    """`2026-03-05`."""
    return NONE_SHOWN if value is None else value.isoformat()


def moment(value: datetime | None) -> str:
    """`2026-03-05 09:30` in Asia/Shanghai."""
    return NONE_SHOWN if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def dash(value: object) -> object:
    """The value, or `--` where there is none."""
    return NONE_SHOWN if value in (None, "") else value


def braced(name: str) -> str:
    """What stands in a template's place: `{name}`."""
    return f"{{{name}}}"


def grouped(digits: str) -> str:
    """A long number in groups of four, as a person reads it aloud."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
