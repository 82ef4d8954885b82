"""Paging by key: no COUNT, no OFFSET. A page knows its rows and the addresses of its neighbours."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, ExpressionWrapper, Field, Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest

from foundation.postgres.together import Named, fetched

Row = TypeVar("Row", bound=Model)
# The values of a row under the keys that it is ordered by.
Key = tuple[Any, ...]
# How many rows of a list one page of a narrowed one looks through.
LOOKED_THROUGH = 5000
# Of a list in its order: which rows a condition holds for, so many at most; and the one with which looking ends.
_LOOK = """SELECT * FROM (
    SELECT look.*, row_number() OVER (ORDER BY {order}) AS place FROM ({rows}) look (pk, {keys}, fits)) look
WHERE fits OR place = {end} ORDER BY {order} LIMIT {most}"""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, with the addresses of the pages around it (empty where there is none)."""

    rows: list[Row]
    previous_url: str
    next_url: str
    size: int
    # How many rows were looked through for this page, when a rare condition ended the search before the page was full.
    looked_through: int = 0

    @property
    def shown(self) -> int:
        return len(self.rows)

    @property
    def label(self) -> str:
        return f"每页 {self.size} 条 · 本页 {self.shown} 条"


def page_of(
    request: HttpRequest,
    querysets: Sequence[QuerySet[Row]],
    *,
    size: int,
    newest_first: bool = False,
    keys: Sequence[str] = ("submitted_at", "id"),
    prefix: str = "",
    narrow: Q | None = None,
) -> Page[Row]:
    """One page of the union of `querysets` (of models that share `keys`), in one query.

    Reads `<prefix>after` and `<prefix>before` from the query string; a cursor that is not ours gives the first page.
    What `narrow` asks may be rare and have no index: at most `LOOKED_THROUGH` rows of each queryset are looked at for one page,
    so that it costs the same however many there are; the page may then be short, and the next one goes on from there.
    """
    model = querysets[0].model
    after, before = (_read_cursor(request.GET.get(prefix + name, ""), model, keys) for name in ("after", "before"))
    backwards = before is not None
    ascending = newest_first == backwards
    edge = before or after
    rows, end = _collected(querysets, edge, ascending, size, keys, narrow)
    more = len(rows) > size
    rows = rows[:size]
    onward = _key(rows[-1], keys) if more else end
    back = (_key(rows[0], keys) if rows else edge if end else None) if edge else None
    if backwards:
        rows.reverse()
    return Page(
        rows=rows,
        previous_url=_url(request, prefix, "before", onward if backwards else back),
        next_url=_url(request, prefix, "after", back if backwards else onward),
        size=size,
        looked_through=LOOKED_THROUGH if end and not more else 0,
    )


def _collected(
    querysets: Sequence[QuerySet[Row]],
    edge: Key | None,
    ascending: bool,
    size: int,
    keys: Sequence[str],
    narrow: Q | None,
) -> tuple[list[Row], Key | None]:
    """The first rows beyond the edge in the order of reading, one more than a page holds; and the key where looking ended, if it
    ended before all were looked through."""
    lists = [
        (queryset.filter(_beyond(keys, edge, ascending)) if edge else queryset).order_by(
            *(key if ascending else f"-{key}" for key in keys)
        )
        for queryset in querysets
        if not queryset.query.is_empty()
    ]
    if narrow is None:
        found, ends = fetched([one[: size + 1] for one in lists]), []
    else:
        looks = [_look(f"look_{n}", one, narrow, size + 1, keys, ascending) for n, one in enumerate(lists)]
        hits = [one.filter(pk__in=RawSQL(f"SELECT pk FROM look_{n} WHERE fits", ())) for n, one in enumerate(lists)]  # noqa: S611
        last = [
            one.filter(pk__in=RawSQL(f"SELECT pk FROM look_{n} WHERE place = %s", [LOOKED_THROUGH])).values_list(*keys)  # noqa: S611
            for n, one in enumerate(lists)
        ]
        both = fetched([*hits, *last], looks)
        found = both[: len(lists)]
        # Where a page is full, looking goes on from its own last row.
        ends = [key for rows, end in zip(found, both[len(lists) :], strict=True) if len(rows) <= size for key in end]
    rows = sorted((row for rows in found for row in rows), key=lambda row: _key(row, keys), reverse=not ascending)
    # Beyond the nearest end only some of the querysets were looked through.
    end = (min if ascending else max)(ends) if ends else None
    if end:
        rows = [row for row in rows if (_key(row, keys) <= end if ascending else _key(row, keys) >= end)]
    return rows, end


def _look(name: str, rows: QuerySet[Row], narrow: Q, most: int, keys: Sequence[str], ascending: bool) -> Named:
    fits = ExpressionWrapper(narrow, output_field=BooleanField())
    sql, params = rows.annotate(fits=fits).values_list("pk", *keys, "fits")[:LOOKED_THROUGH].query.sql_with_params()
    names = [f"key_{n}" for n, _key in enumerate(keys)]
    order = ", ".join(f"{one}{'' if ascending else ' DESC'}" for one in names)
    return Named(
        name, _LOOK.format(rows=sql, keys=", ".join(names), order=order, end=LOOKED_THROUGH, most=most), params
    )


def _beyond(keys: Sequence[str], edge: Key, ascending: bool) -> Q | TupleGreaterThan | TupleLessThan:
    if len(keys) == 1:
        return Q(**{f"{keys[0]}__{'gt' if ascending else 'lt'}": edge[0]})
    return (TupleGreaterThan if ascending else TupleLessThan)(keys, edge)


def _key(row: Model, keys: Sequence[str]) -> Key:
    return tuple(getattr(row, key) for key in keys)


def _url(request: HttpRequest, prefix: str, name: str, key: Key | None) -> str:
    """The address of a neighbour; empty where there is none."""
    if key is None:
        return ""
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(prefix + old, None)
    cursor = json.dumps([part.isoformat() if hasattr(part, "isoformat") else str(part) for part in key]).encode()
    query[prefix + name] = base64.urlsafe_b64encode(cursor).decode()
    return f"{request.path}?{query.urlencode()}"


def _read_cursor(cursor: str, model: type[Model], keys: Sequence[str]) -> Key | None:
    """The values of `keys` that a cursor names, or None for anything we did not write ourselves."""
    fields = {field.name: field for field in model._meta.fields}
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        values = [_value(fields[key], part) for key, part in zip(keys, parts, strict=True)]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, ValidationError):
        return None
    return tuple(values)


def _value(field: "Field[Any, Any]", written: object) -> Any:
    value = field.to_python(written)
    if value is None or not isinstance(written, str):
        raise ValueError(written)
    # A number beyond what a column holds would be an error of the database, not an empty page.
    if isinstance(value, int) and abs(value) >= 2**63:
        raise OverflowError(written)
    return value.astimezone(UTC) if isinstance(value, datetime) else value
