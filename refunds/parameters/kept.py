"""The tables of this room that an administrator keeps."""

from accounts.administration.tables import KeptTable, keep
from refunds import schemes
from refunds.machines import About
from refunds.models import CalendarDay, RejectReason, YearAmount
from refunds.states import GIVEN_BY_THE_SYSTEM


def declare() -> None:
    """Once, when the app is ready."""
    keep(
        KeptTable(
            "reject-reasons",
            "原因和代码",
            "不通过原因",
            lambda: RejectReason.objects.exclude(code__in=GIVEN_BY_THE_SYSTEM),
            ("code", "label", "next_step", "about", "active", "position"),
            changed=("active", "position"),
            added=("code", "label", "next_step", "about", "position"),
            choices={"about": lambda: [("", "不指明"), *About.choices]},
        ),
        KeptTable(
            "year-amounts",
            "各年金额",
            "各年金额",
            YearAmount.objects.all,
            ("scheme", "year", "lowest", "highest", "verified"),
            changed=("lowest", "highest", "verified"),
            added=("scheme", "year", "lowest", "highest", "verified"),
            choices={"scheme": lambda: [(scheme.code, scheme.label) for scheme in schemes.every()]},
        ),
        KeptTable(
            "calendar",
            "工作日历",
            "工作日历",
            CalendarDay.objects.all,
            ("day", "works", "name", "verified"),
            changed=("works", "name", "verified"),
            added=("day", "works", "name", "verified"),
        ),
    )
