"""税务机关 and 村组(单位), one at a time. What is typed goes in as a feed of one row: the same is refused as in a file, and the same
follows, so that a village that moves takes its drafts and undecided batches along."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pghistory
from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.administration.forms import OfficeField
from accounts.administration.views import FIRST, changes_named, for_administrators, shown
from accounts.feeds import offices as of_offices
from accounts.feeds import organisations as of_organisations
from accounts.feeds.offices import OfficeFeed
from accounts.feeds.organisations import OrganisationFeed
from accounts.guards import SignedIn, View
from accounts.models import Change, Organisation, Role, TaxOffice, User
from foundation import numbers
from foundation.feeds import runner
from foundation.feeds.errors import FeedError
from foundation.feeds.feed import Feed
from foundation.form_parts import TextField
from foundation.paging import page_of
from foundation.shortening import shortened

PAGE_SIZE = 50


@dataclass(frozen=True)
class Kind:
    """What can be typed: its model, its feed, and which column of the feed is which attribute. The first is the key."""

    code: str
    label: str
    model: type[TaxOffice] | type[Organisation]
    feed: Callable[[], Feed]
    columns: dict[str, str]
    longest: dict[str, int]
    may_be_empty: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return next(iter(self.columns))

    def cells(self, row: Any) -> dict[str, str]:
        """As a file would say it."""
        return {column: getattr(row, name) or "" for column, name in self.columns.items()}


OFFICE = Kind(
    "office",
    "税务机关",
    TaxOffice,
    OfficeFeed,
    {
        of_offices.CODE: "code",
        of_offices.NAME: "name",
        of_offices.DIVISION: "division",
        of_offices.PARENT: "parent_id",
        of_offices.ADDRESS: "address",
        of_offices.PHONE: "hotline",
        of_offices.HOURS: "hours",
    },
    {of_offices.NAME: 100, of_offices.ADDRESS: 200, of_offices.HOURS: 100},
    may_be_empty=(of_offices.PARENT, of_offices.ADDRESS, of_offices.PHONE, of_offices.HOURS),
)
ORGANISATION = Kind(
    "organisation",
    "村组(单位)",
    Organisation,
    OrganisationFeed,
    {
        of_organisations.SOCIAL_NUMBER: "social_number",
        of_organisations.NAME: "name",
        of_organisations.TAX_NUMBER: "tax_number",
        of_organisations.KIND: "kind",
        of_organisations.DIVISION: "division",
        of_organisations.OFFICE: "office_id",
    },
    {of_organisations.NAME: 100, of_organisations.KIND: 30},
)
# Attributes that are the code of an office, which is chosen by name.
CHOSEN = {"parent_id": "上级税务机关", "office_id": "税务机关"}


class PlaceForm(forms.Form):
    """A row of the feed of `kind`. The key of a row that is there stays."""

    def __init__(self, kind: Kind, row: Any, data: Any = None):
        names = [name for column, name in kind.columns.items() if not (row and column == kind.key)]
        super().__init__(data, initial={name: getattr(row, name) for name in names} if row else {})
        self.fields |= {name: _field(kind, column) for column, name in kind.columns.items() if name in names}
        self.kind, self.row = kind, row

    def cells(self) -> dict[str, str]:
        """What was typed, as a file would say it."""
        said = self.cleaned_data
        typed = {column: said[name] for column, name in self.kind.columns.items() if name in said}
        cells = {column: getattr(value, "pk", value) or "" for column, value in typed.items()}
        return {self.kind.key: self.row.pk} | cells if self.row else cells


def _field(kind: Kind, column: str) -> forms.Field:
    optional = column in kind.may_be_empty
    if (name := kind.columns[column]) in CHOSEN:
        field = OfficeField()
        field.label, field.required = CHOSEN[name], not optional
        return field
    return TextField(column, kind.longest.get(column, 40), "" if optional else f"请填写{column}。")


@require_safe
@for_administrators
def organisations(request: SignedIn) -> HttpResponse:
    """村组(单位), by 单位社保号; found by how the name or either number begins."""
    sought = request.GET.get("q", "").replace("\0", "").strip()
    page = page_of(request, [organisations_like(sought)], size=PAGE_SIZE, keys=["social_number"])
    clerks = User.objects.filter(role=Role.CLERK, is_active=True, organisation__in=[one.pk for one in page.rows])
    counted = dict(clerks.order_by().values_list("organisation").annotate(Count("pk")))
    context = {"page": page, "sought": sought, "clerks": counted}
    return shown(request, "administration/organisations.jinja", context)


def organisations_like(sought: str) -> QuerySet[Organisation]:
    """All of them, or those whose name or numbers begin like that."""
    rows = Organisation.objects.select_related("office")
    if not sought:
        return rows
    number = numbers.fold_number(sought)
    return rows.filter(
        Q(name__startswith=sought) | Q(social_number__startswith=number) | Q(tax_number__startswith=number)
    )


def new(kind: Kind) -> View:
    """The page of one more."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @for_administrators
    def page(request: SignedIn) -> HttpResponse:
        return _page(request, kind, None)

    return page


def known(kind: Kind) -> View:
    """The page of one that is there."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @for_administrators
    def page(request: SignedIn, key: str) -> HttpResponse:
        row = kind.model._default_manager.filter(pk=key.replace("\0", "")).first()
        if row is None:
            raise Http404
        return _page(request, kind, row)

    return page


def _page(request: SignedIn, kind: Kind, row: Any) -> HttpResponse:
    form = PlaceForm(kind, row, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (said := _entered(form, by=request.user)):
        messages.success(request, said)
        return redirect(f"administration:{kind.code}s")
    place = f"{kind.code}s"
    context = {"kind": kind, "form": form, "row": row, "place": place, "back": reverse(f"administration:{place}")}
    context["changes"] = changes_named(_called(kind, row))[:FIRST] if row else []
    return shown(request, "administration/place.jinja", context, status=422 if form.is_bound else 200)


def _entered(form: PlaceForm, *, by: User) -> str:
    """What was done, as a sentence; empty, with nothing done and the form saying why, where it cannot be."""
    kind, cells = form.kind, form.cells()
    if not form.row and kind.model._default_manager.filter(pk=cells[kind.key]).exists():
        form.add_error(kind.columns[kind.key], f"这个{kind.key}已经登记。请从列表进入，修改它。")
        return ""
    try:
        with transaction.atomic():
            return _saved(form, cells, by=by)
    except Refused as refused:
        for column, reason in refused.reasons:
            name = kind.columns.get(column)
            form.add_error(name if name in form.fields else None, f"{reason}。")
    except FeedError as reason:
        form.add_error(None, str(reason))
    return ""


class Refused(Exception):
    """The feed does not take the row: (column, reason) of each thing that is wrong."""

    def __init__(self, reasons: list[tuple[str, str]]):
        super().__init__()
        self.reasons = reasons


def _saved(form: PlaceForm, cells: dict[str, str], *, by: User) -> str:
    kind = form.kind
    rows = kind.model._default_manager.select_for_update()
    was = rows.filter(pk=cells[kind.key]).first()
    before = kind.cells(was) if was else {}
    notes = _load(kind, cells, by=by)
    row = kind.model._default_manager.get(pk=cells[kind.key])
    after = kind.cells(row)
    changed = [column for column in kind.columns if before.get(column) != after[column]]
    if not changed:
        return "没有改变什么。"
    said = [shortened(_line(kind, values, changed), 200) for values in (before, after)]
    Change.objects.create(by=by, what=_called(kind, row), before=said[0] if was else "", after=said[1])
    return " ".join([f"{kind.label}：{row} 已{'保存' if was else '新增'}。", *notes])


def _called(kind: Kind, row: Any) -> str:
    """How 更改记录 names it; by its key, which never changes."""
    return f"{kind.label} {row.pk}"


def _line(kind: Kind, values: dict[str, str], columns: list[str]) -> str:
    return "，".join(f"{CHOSEN.get(kind.columns[column], column)} {values.get(column) or '--'}" for column in columns)


def _load(kind: Kind, cells: dict[str, str], *, by: User) -> tuple[str, ...]:
    """The row as a file of its own. Returns what the feed says of it; raises Refused, and FeedError while a file is being loaded."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "typed.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(cells), list(cells.values())])
        refused: list[tuple[str, str]] = []
        with pghistory.context(action="edit", user=by.pk, name=by.display_name, role=by.role):
            summary = runner.load(
                kind.feed(), path, say=lambda line: None, keep=lambda _summary, text: refused.extend(_reasons(text))
            )
    if summary.refused:
        raise Refused(refused)
    return summary.notes


def _reasons(rejected: str) -> list[tuple[str, str]]:
    return [(row["出错列"], row["原因"]) for row in csv.DictReader(io.StringIO(rejected.removeprefix("\ufeff")))]
