"""Pages with a number (P3-06), for lists that cannot grow without end: what one village has. The keys of all rows are read at
once, so that the page, the last page and the sum of rows are exact; a list that grows is turned by key (`foundation.paging`).
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from foundation import keys

Row = TypeVar("Row", bound=Model)
NAME = "page"


@dataclass(frozen=True)
class NumberedPage(Generic[Row]):
    """Rows in order; `first` is the number of the first of them among all, 0 where there are none."""

    rows: list[Row]
    number: int
    pages: int
    first: int
    total: int
    size: int
    previous_url: str
    next_url: str
    # What else stands in the address: a jump keeps it.
    asked: list[tuple[str, str]]
    # Under which name the address asks for a page.
    name: str = NAME

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def numbered_page(request: HttpRequest, queryset: QuerySet[Row], *, size: int, prefix: str = "") -> NumberedPage[Row]:
    """The page that `<prefix>page` in the address asks for; beyond the last one the last, and for nonsense the first. Two queries."""
    name = prefix + NAME
    found = list(queryset.values_list("pk", flat=True))
    pages = max(1, -(-len(found) // size))
    wanted = request.GET.get(name, "")
    number = min(max(1, int(wanted)), pages) if len(wanted) < 9 and keys.is_number(wanted) else 1
    here = found[(number - 1) * size : number * size]
    rows = queryset.in_bulk(here)
    asked = [(key, value) for key, values in request.GET.lists() if key != name for value in values]
    return NumberedPage(
        rows=[rows[key] for key in here if key in rows],
        number=number,
        pages=pages,
        first=(number - 1) * size + 1 if here else 0,
        total=len(found),
        size=size,
        previous_url=_url(request, name, number - 1) if number > 1 else "",
        next_url=_url(request, name, number + 1) if number < pages else "",
        asked=asked,
        name=name,
    )


def _url(request: HttpRequest, name: str, number: int) -> str:
    query = request.GET.copy()
    query[name] = str(number)
    return f"{request.path}?{query.urlencode()}"
