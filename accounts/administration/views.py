"""管理端: 首页, 姓名变更, 税务机关, 载入, 更改记录."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.administration import hands
from accounts.administration.forms import EvidenceForm
from accounts.feeds import deciding, uploads
from accounts.guards import SignedIn, for_roles
from accounts.models import Change, Correction, Load, NameChange, Role, TaxOffice
from accounts.records import renaming
from foundation import keys
from foundation.paging import page_of
from foundation.shortening import shortened

for_administrators = for_roles(Role.ADMINISTRATOR)
PAGE_SIZE = 50
# Of each list so many stand beside a link to all; so many names that wait, and offices, are counted.
FIRST, NAMED, MOST_COUNTED = 5, 3, 99
# Refused rows are told of on 首页 for so long, however many loads came since.
LATELY = timedelta(days=7)

# (group, name of the address, words). A room above puts its own pages here (`add_place`).
PLACES = [
    ("", "administration:home", "首页"),
    ("", "administration:names", "姓名变更"),
    ("", "administration:corrections", "更正申请"),
    ("人和机关", "administration:staff", "工作人员"),
    ("人和机关", "administration:offices", "税务机关"),
    ("人和机关", "administration:organisations", "村组(单位)"),
    ("数据", "administration:loads", "载入"),
    ("系统", "administration:changes", "更改记录"),
]
# The place of a page that is reached from another one.
BENEATH = {"name": "names", "wording": "wordings", "account": "staff", "staff_new": "staff", "leaving": "staff"}
BENEATH |= {"correction": "corrections"} | dict.fromkeys(("load", "load_new", "upload", "_upload"), "loads")


def add_place(group: str, name: str, label: str) -> None:
    """A page of a room above, last in its group; again, it adds nothing."""
    if (group, name, label) not in PLACES:
        PLACES.append((group, name, label))


def _address(name: str) -> str:
    """Of a place; what stands behind a space is the code of a table."""
    name, *code = name.split()
    return reverse(name, args=code)


def shown(request: SignedIn, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of 管理端 beside its rail."""
    waiting = renaming.waiting().values("pk")[: MOST_COUNTED + 1].count()
    stem = page.removeprefix("administration/").removesuffix(".jinja")
    here = f"table {context['here']}" if "here" in context else context.get("place", BENEATH.get(stem, stem))
    corrections = Correction.objects.filter(answered_at=None).values("pk")[: MOST_COUNTED + 1].count()
    counts = {"administration:names": waiting, "administration:corrections": corrections}
    rail = [
        (group, label, _address(name), name.partition(":")[2] == here, counts.get(name, 0))
        for group, name, label in PLACES
    ]
    groups = dict.fromkeys(group for group, _name, _label in PLACES)
    context = {"rail": rail, "groups": groups, "waiting": waiting, **context}
    return render(request, page, context, status=status)


@require_safe
@for_administrators
def home(request: SignedIn) -> HttpResponse:
    """What needs the administrator today, then the newest loads and changes."""
    loads = list(_loads().order_by("-ended_at", "-id")[:FIRST])
    lately = Load.objects.filter(ended_at__gte=timezone.now() - LATELY, refused__gt=0)
    context = {
        "loads": loads,
        "uploads": uploads.waiting(),
        "refused": lately.aggregate(rows=Coalesce(Sum("refused"), 0), files=Count("pk")),
        "names": renaming.waiting()[:NAMED],
        "standing": hands.how_it_stands(),
        "unmanned": list(deciding.unmanned()[: MOST_COUNTED + 1]),
        "without_second": list(deciding.without_second()[: MOST_COUNTED + 1]),
        "changes": changes_of()[:FIRST],
    }
    return shown(request, "administration/home.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def names(request: SignedIn) -> HttpResponse:
    """姓名变更: those that wait, the longest wait first; those ticked are confirmed or refused together, by one evidence."""
    form = EvidenceForm(request.POST if request.method == "POST" else None)
    ticked = keys.numbers_in(request.POST.getlist("name"))
    if len(ticked) > PAGE_SIZE:
        form.add_error(None, f"一次最多处理 {PAGE_SIZE} 人，没有做任何更改。请分几次办理。")
    if form.is_bound and not ticked:
        form.add_error(None, "请先勾选要处理的姓名变更。")
    if form.is_bound and form.is_valid():
        return _decided(request, ticked, form.cleaned_data["evidence"])
    page = page_of(request, [renaming.waiting()], size=PAGE_SIZE, keys=["id"])
    context = {"page": page, "form": form, "ticked": ticked}
    return shown(request, "administration/names.jinja", context, status=422 if form.is_bound else 200)


def _decided(request: SignedIn, ticked: list[int], evidence: str) -> HttpResponse:
    deed = renaming.confirm if request.POST.get("do") == "confirm" else renaming.refuse
    done = []
    for pk in ticked:
        try:
            done.append(deed(pk, by=request.user, evidence=evidence))
        except renaming.CannotDecide as reason:
            messages.warning(request, str(reason))
    if done:
        messages.success(request, f"{len(done)} 人：{done[0].get_state_display()}。")
    return redirect("administration:names")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def name(request: SignedIn, pk: int) -> HttpResponse:
    """One name that waits: confirmed or refused, with what was seen."""
    change = NameChange.objects.select_related("person", "decided_by__person").filter(pk=pk).first()
    if change is None:
        raise Http404
    form = EvidenceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        deed = renaming.confirm if request.POST.get("do") == "confirm" else renaming.refuse
        try:
            done = deed(pk, by=request.user, evidence=form.cleaned_data["evidence"])
        except renaming.CannotDecide as reason:
            messages.warning(request, str(reason))
            return shown(request, "administration/name.jinja", {"change": change, "form": form}, status=409)
        messages.success(request, f"{done}：{done.get_state_display()}。")
        return redirect("administration:names")
    return shown(
        request, "administration/name.jinja", {"change": change, "form": form}, status=422 if form.is_bound else 200
    )


@require_safe
@for_administrators
def offices(request: SignedIn) -> HttpResponse:
    """税务机关, each with its officers and who decides where it has none."""
    page = page_of(request, [offices_with_staff()], size=PAGE_SIZE, keys=["code"])
    return shown(request, "administration/offices.jinja", {"page": page})


def offices_with_staff() -> QuerySet[Any]:
    """Each with `reviewers`, how many active 审核人 it has."""
    manned = Count("user", filter=Q(user__role=Role.REVIEWER, user__is_active=True))
    return TaxOffice.objects.select_related("parent", "deciding_office").annotate(reviewers=manned)


@require_safe
@for_administrators
def loads(request: SignedIn) -> HttpResponse:
    """载入, the newest first."""
    page = page_of(request, [_loads()], size=PAGE_SIZE, keys=("ended_at", "id"), newest_first=True)
    return shown(request, "administration/loads.jinja", {"page": page, "uploads": uploads.waiting()})


@require_safe
@for_administrators
def load(request: SignedIn, pk: UUID) -> HttpResponse:
    """One load: which file, its hash, who, when, how many rows went where, and what was said of it."""
    found = _loads().filter(pk=pk).first()
    if found is None:
        raise Http404
    return shown(request, "administration/load.jinja", {"load": found})


@require_POST
@for_administrators
def rejected(request: SignedIn, pk: UUID) -> HttpResponse:
    """The refused rows as a file, to be corrected at the source; that it was taken is on record."""
    load = Load.objects.filter(pk=pk, rejected__isnull=False).first()
    if load is None or load.rejected is None:
        raise Http404
    Change.objects.create(
        by=request.user, what=shortened(f"下载被拒的行，{load.file_name}", 100), after=f"{load.refused:,} 行"
    )
    return csv_download(load.rejected.reveal("the refused rows are corrected"), f"load-{load.pk}")


def csv_download(content: str, name: str) -> HttpResponse:
    """Refused rows as they were written beside the file: spreadsheets know Chinese by the mark at its beginning."""
    named = f"{name}-{timezone.localdate():%Y%m%d}.rejected.csv"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return HttpResponse(content.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@for_administrators
def changes(request: SignedIn) -> HttpResponse:
    """更改记录, the newest first: of all, or of one account."""
    about = request.GET.get("about", "").replace("\0", "")
    page = page_of(request, [changes_of(about)], size=PAGE_SIZE, keys=("at", "id"), newest_first=True)
    return shown(request, "administration/changes.jinja", {"page": page, "about": about})


def _loads() -> QuerySet[Any]:
    """Each with `kept`, whether its refused rows are here."""
    return Load.objects.defer("rejected").annotate(kept=Q(rejected__isnull=False))


def changes_of(about: str = "") -> QuerySet[Change]:
    """What was changed, the newest first: everywhere, or about the account of this username."""
    rows = Change.objects.select_related("by__person", "about").order_by("-at", "-id")
    return rows.filter(about__username=about) if about else rows


def changes_named(what: str) -> QuerySet[Change]:
    """What was changed of whatever 更改记录 names like that."""
    return changes_of().filter(what=what)
