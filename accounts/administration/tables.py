"""Code tables that an administrator keeps: seen with their `verified` mark, added to, switched on and off. What has been used once is
never deleted, and its words are never rewritten, because old applications say them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.administration.views import add_place, for_administrators, shown
from accounts.guards import SignedIn
from accounts.models import Change
from foundation.paging import page_of
from foundation.shortening import shortened

PAGE_SIZE = 50


@dataclass(frozen=True)
class KeptTable:
    """One table of a room above. `columns` are shown; `changed` may be changed of a row that is there, `added` is asked of a new one
    (nothing: then there are none but those that came with the portal or a feed)."""

    code: str
    place: str  # its entry in the rail; tables of one place are tabs of one page
    label: str
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[str, ...]
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    # Of a column of codes: what each is called.
    choices: dict[str, Callable[[], list[tuple[str, str]]]] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        return self.rows().model

    @property
    def key(self) -> str:
        return self.model._meta.pk.name

    def heads(self) -> dict[str, tuple[str, str]]:
        """By the name of the column, (label, kind)."""
        return {name: (self.titled(name), "text") for name in self.columns}

    def line(self, row: Any) -> dict[str, Any]:
        """The cells of a row."""
        return {name: self.said(row, name) for name in self.columns}

    def said(self, row: Any, name: str) -> str:
        """A cell as it is shown."""
        value = getattr(row, name)
        if name in self.choices:
            return dict(self.choices[name]()).get(value, value)
        if isinstance(value, bool):
            return "是" if value else "否"
        return value.isoformat() if isinstance(value, date) else "--" if value in (None, "") else str(value)

    def titled(self, name: str) -> str:
        """What a column is called."""
        known = {"verified": "已核对", "active": "在用", "position": "次序", "code": "代码"}
        said = str(getattr(self.model._meta.get_field(name), "verbose_name", name))
        return said if not said.isascii() else known.get(name, "需要说明" if name == "needs_words" else said)


_tables: dict[str, KeptTable] = {}


def keep(*tables: KeptTable) -> None:
    """Called by the room whose tables they are, when it is ready."""
    for table in tables:
        if table.place not in {known.place for known in _tables.values()}:
            add_place("数据", f"administration:table {table.code}", table.place)
        _tables[table.code] = table


@require_safe
@for_administrators
def listed(request: SignedIn, code: str) -> HttpResponse:
    """The rows of a table, by key."""
    table = _named(code)
    page = page_of(request, [table.rows().order_by(table.key)], size=PAGE_SIZE, keys=[table.key])
    beside = [one for one in _tables.values() if one.place == table.place]
    segments = [(one.label, reverse("administration:table", args=[one.code]), one is table) for one in beside]
    context = {"kept": table, "page": page, "segments": segments, "here": beside[0].code}
    return shown(request, "administration/table.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: SignedIn, code: str) -> HttpResponse:
    """One more row."""
    table = _named(code)
    if not table.added:
        raise Http404
    form = _form(table, table.added)(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            row = form.save()
            _record(request, table, f"新增 {row}", "", _line(table, row, table.added))
        messages.success(request, f"{table.label}：已新增 {row}。")
        return redirect("administration:table", code)
    context = {"kept": table, "form": form, "row": None, "here": _first(table)}
    return shown(request, "administration/table_row.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def row(request: SignedIn, code: str, key: str) -> HttpResponse:
    """What may be changed of one row."""
    table = _named(code)
    with transaction.atomic():
        found = _found(table, key, lock=request.method == "POST")
        before = _line(table, found, table.changed)
        form = _form(table, table.changed)(request.POST if request.method == "POST" else None, instance=found)
        if form.is_bound and form.is_valid():
            changed = form.save()
            after = _line(table, changed, table.changed)
            if before != after:
                _record(request, table, str(changed), before, after)
            messages.success(request, f"{table.label}：{changed} 已保存。" if before != after else "没有改变什么。")
            return redirect("administration:table", code)
    context = {"kept": table, "form": form, "row": found, "here": _first(table)}
    return shown(request, "administration/table_row.jinja", context, status=422 if form.is_bound else 200)


def _named(code: str) -> KeptTable:
    if code not in _tables:
        raise Http404
    return _tables[code]


def _first(table: KeptTable) -> str:
    return next(one.code for one in _tables.values() if one.place == table.place)


def _found(table: KeptTable, key: str, *, lock: bool) -> Any:
    rows = table.rows()
    if not table.changed:
        raise Http404
    try:
        found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=key.replace("\0", "")).first()
    except (ValidationError, ValueError, OverflowError):  # no key of this table
        found = None
    if found is None:
        raise Http404
    return found


def _form(table: KeptTable, names: tuple[str, ...]) -> Any:
    labels = {name: table.titled(name) for name in names}
    made = forms.modelform_factory(table.model, fields=names, labels=labels)
    for name, asked in made.base_fields.items():
        if name in table.choices:
            required = asked.required
            asked = forms.ChoiceField(label=labels[name], choices=table.choices[name], required=required)
            made.base_fields[name] = asked
        asked.error_messages |= {
            "required": f"请填写{labels[name]}。",
            "invalid": f"{labels[name]}的写法不对，请改正。",
            "max_length": f"{labels[name]}太长，请改短一些。",
            "invalid_choice": f"没有这个{labels[name]}。请重新选择。",
        }
        if isinstance(asked, forms.DateField):
            asked.widget = forms.DateInput(attrs={"type": "date"})
    return made


def _line(table: KeptTable, found: Any, names: tuple[str, ...]) -> str:
    return "，".join(f"{table.titled(name)} {table.said(found, name)}" for name in names)


def _record(request: SignedIn, table: KeptTable, what: str, before: str, after: str) -> None:
    Change.objects.create(
        by=request.user,
        what=shortened(f"{table.label} {what}", 100),
        before=shortened(before, 200),
        after=shortened(after, 200),
    )
