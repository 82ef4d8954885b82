"""Paging by key: no COUNT, no OFFSET. A page knows its rows and the addresses of its neighbours."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
# The values of a row under the keys that it is ordered by.
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, with the addresses of the pages around it (empty where there is none)."""

    rows: list[Row]
    previous_url: str
    next_url: str
    size: int

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
) -> Page[Row]:
    """One page of the union of `querysets` (of models that share `keys`), one query each.

    Reads `<prefix>after` and `<prefix>before` from the query string; a cursor that is not ours gives the first page.
    """
    model = querysets[0].model
    after, before = (_read_cursor(request.GET.get(prefix + name, ""), model, keys) for name in ("after", "before"))
    backwards = before is not None
    ascending = newest_first == backwards
    edge = before or after
    rows: list[Row] = []
    for queryset in querysets:
        if edge:
            queryset = queryset.filter(_beyond(keys, edge, ascending))
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
        previous_url=_url(request, prefix, "before", _key(rows[0], keys)) if has_previous else "",
        next_url=_url(request, prefix, "after", _key(rows[-1], keys)) if has_next else "",
        size=size,
    )


def _beyond(keys: Sequence[str], edge: Key, ascending: bool) -> Q | TupleGreaterThan | TupleLessThan:
    if len(keys) == 1:
        return Q(**{f"{keys[0]}__{'gt' if ascending else 'lt'}": edge[0]})
    return (TupleGreaterThan if ascending else TupleLessThan)(keys, edge)


def _key(row: Model, keys: Sequence[str]) -> Key:
    return tuple(getattr(row, key) for key in keys)


def _url(request: HttpRequest, prefix: str, name: str, key: Key) -> str:
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
