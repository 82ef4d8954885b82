"""What can be loaded, by its code: a feed of this room, or of a room above that says so."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.feeds.offices import OfficeFeed
from accounts.feeds.organisations import OrganisationFeed
from accounts.feeds.staff import StaffFeed
from foundation.feeds.feed import Feed


@dataclass(frozen=True)
class Kind:
    """`make` gives a fresh feed for one load."""

    code: str
    title: str
    make: Callable[[], Feed]


_OWN = (
    Kind("staff", "工作人员", StaffFeed),
    Kind("offices", "税务机关", OfficeFeed),
    Kind("organisations", "村组(单位)", OrganisationFeed),
)
_others: list[Callable[[], list[Kind]]] = []


def add(kinds: Callable[[], list[Kind]]) -> None:
    """Called once by a room above, when it is ready; asked whenever the kinds are."""
    _others.append(kinds)


def every() -> dict[str, Kind]:
    """All of them, by code."""
    return {kind.code: kind for kinds in (_OWN, *(more() for more in _others)) for kind in kinds}
