"""Paging by key: no COUNT, no OFFSET. A page knows its rows and the addresses of its neighbours."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan


@dataclass(frozen=True)
class Page:
    """Rows in order, with the query strings of the pages around it (empty where there is none)."""

    rows: list
    previous_url: str
    next_url: str
    size: int

    @property
    def shown(self) -> int:
        return len(self.rows)

    @property
    def label(self) -> str:
        return f"每页 {self.size} 条 · 本页 {self.shown} 条"


def page_of(request, querysets, *, size: int, newest_first: bool = False, keys=("submitted_at", "id")) -> Page:
    """One page of the union of `querysets` ordered by `keys` (a moment and a primary key), one query each.

    Reads `after` and `before` from the query string; a cursor that is not ours gives the first page.
    """
    primary_key = querysets[0].model._meta.pk
    after, before = (_read_cursor(request.GET.get(name, ""), primary_key) for name in ("after", "before"))
    backwards = before is not None
    ascending = newest_first == backwards
    edge = before or after
    rows = []
    for queryset in querysets:
        if edge:
            lookup = TupleGreaterThan if ascending else TupleLessThan
            queryset = queryset.filter(lookup(keys, edge))
        rows += queryset.order_by(*(key if ascending else f"-{key}" for key in keys))[: size + 1]
    rows.sort(key=lambda row: _key(row, keys), reverse=not ascending)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (backwards or more)
    has_previous = bool(rows) and (more if backwards else after is not None)
    return Page(
        rows=rows,
        previous_url=_url(request, "before", _key(rows[0], keys)) if has_previous else "",
        next_url=_url(request, "after", _key(rows[-1], keys)) if has_next else "",
        size=size,
    )


def _key(row, keys):
    return tuple(getattr(row, key) for key in keys)


def _url(request, name, key) -> str:
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    cursor = json.dumps([key[0].isoformat(), str(key[1])]).encode()
    query[name] = base64.urlsafe_b64encode(cursor).decode()
    return f"{request.path}?{query.urlencode()}"


def _read_cursor(cursor: str, primary_key):
    try:
        moment, identity = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(moment).astimezone(UTC), primary_key.to_python(identity or "")
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, ValidationError):
        return None
