"""村组(单位)城乡居民养老退费: the list and the draft of a batch (P3-01 … P3-16)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import seeking
from accounts.guards import for_roles
from accounts.models import Role
from foundation import keys
from foundation.fragments import go, show
from pension.models import Payment
from pension.village import batches, collectives, drafts, together
from pension.village.forms import VillageAccountForm, initial_of, is_filled
from pension.village.models import TakenOut
from pension.village.numbered import numbered_page
from refunds import errors
from refunds.replies import OTHER_FILINGS

TITLE = "村组(单位)城乡居民养老退费"
VILLAGE = OTHER_FILINGS.to(TITLE, "pension:village")
LIST_SIZE = 10
PANE_SIZE = 20
SEARCHES = ("left_name", "left_number", "right_name", "right_number")
# The page of each pane; a move leaves it where it is, so that the clerk goes on where she was.
PLACES = ("left_page", "right_page")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def payments(request):
    """可退费查询 (P3-01 … P3-06). A 证件号码 is posted, so that it never stands in an address."""
    if request.method == "POST":
        filters = {name: request.POST.get(name, "") for name in ("year", "month", "type")}
        filters["member"] = seeking.addressable(
            request.POST.get("number", ""), among=Payment.objects.filter(organisation=request.user.organisation_id)
        )
        kept = {name: value for name, value in filters.items() if value}
        return redirect(f"{reverse('pension:village')}?{urlencode(kept)}" if kept else "pension:village")
    own = collectives.of_clerk(request.user)
    page = numbered_page(request, _narrowed(own, request.GET).order_by("-year", "-id"), size=LIST_SIZE)
    context = {
        "crumbs": OTHER_FILINGS.here(TITLE),
        "page": page,
        "rows": collectives.with_numbers(page.rows),
        "organisation": request.user.organisation,
        "filters_now": request.GET,
        "years": list(own.order_by("-year").values_list("year", flat=True).distinct()),
        "types": collectives.TYPES,
    }
    return show(request, "pension/village/payments.jinja", "payments", context)


@require_safe
@for_roles(Role.CLERK)
def batch(request, pk):
    """退费信息 (P3-07): 退费维护区 and 申请区 of one collective payment."""
    return _batch_page(request, own(request, pk))


@require_POST
@for_roles(Role.CLERK)
def choose(request, pk):
    """The buttons of 申请区 (P3-11 … P3-14), and 查询 of its two panes. What was typed above is kept with each."""
    collective = own(request, pk)
    if gone := gone_meanwhile(request, collective):
        return gone
    drafts.remember(collective, request.POST, by=request.user)
    search = {name: request.POST.get(name, "").strip() for name in SEARCHES}
    for name in ("left_number", "right_number"):
        # An empty box after a search for a whole number means that same search still.
        search[name] = seeking.addressable(search[name], among=collective.payments) or request.POST.get(
            f"kept_{name}", ""
        )
    do = request.POST.get("do", "")
    search.update(CLEAR.get(do, {}))
    try:
        if do in MOVES:
            MOVES[do](request, collective, search)
    except errors.RefundError as error:
        messages.error(request, error.message)
    places = {name: request.POST.get(name, "") for name in PLACES if name != STARTS_ANEW.get(do)}
    asked = {name: value for name, value in {**search, **places}.items() if value}
    if request.htmx:
        # What is paged from here is the page, not this button's address.
        request.path = reverse("pension:village-batch", args=[pk])
        request.GET = request.GET.copy()
        request.GET.update(asked)
        return _batch_page(request, collective)
    return redirect(f"{reverse('pension:village-batch', args=[pk])}?{urlencode(asked)}#choice")


@require_POST
@for_roles(Role.CLERK)
def remember(request, pk):
    """Called as fields are left, so that closing the browser loses nothing."""
    collective = own(request, pk)
    if gone := gone_meanwhile(request, collective):
        return gone
    draft = drafts.remember(collective, request.POST, by=request.user)
    if not request.htmx:
        return HttpResponse(status=204)
    context = {"marks": together.marks_of(request.POST), "draft": draft}
    return render(request, "pension/village/_marks.jinja", context)


@require_POST
@for_roles(Role.CLERK)
def save(request, pk):
    """保存 (P3-16): if all is well, on to the check page; otherwise the sentences at their fields."""
    collective = own(request, pk)
    if gone := gone_meanwhile(request, collective):
        return gone
    drafts.remember(collective, request.POST, by=request.user)
    draft = drafts.of_payment(collective)
    # What she did not touch is what her colleague may have typed.
    kept = {name: value for name, value in initial_of(draft).items() if name not in together.changed(request.POST)}
    form = form_of(draft, {**request.POST.dict(), **kept})
    problem = batches.problem(draft)
    if form.is_valid() and not problem:
        return redirect("pension:village-check", pk=pk)
    return _batch_page(request, collective, form=form, problem=problem)


@require_POST
@for_roles(Role.CLERK)
def drop_conflicts(request, pk):
    """Take out of the draft everybody whom another application holds by now."""
    dropped = drafts.drop_conflicts(own(request, pk), by=request.user)
    messages.success(request, f"已移出 {dropped:,} 人，其余人员仍在退费区。")
    return redirect("pension:village-batch", pk=pk)


def _batch_page(request, collective, *, form=None, problem=""):
    draft = drafts.of_payment(collective)
    search = {name: request.GET.get(name, "") for name in SEARCHES}
    left = drafts.candidates(collective, draft, name=search["left_name"], number=search["left_number"])
    right = drafts.chosen_lines(draft, name=search["right_name"], number=search["right_number"])
    shown = form or VillageAccountForm(initial=initial_of(draft, collective.organisation), draft=draft)
    context = {
        "crumbs": VILLAGE.here("退费信息"),
        "marks": together.marks_of(_on_page(request, shown)),
        "others": together.come_in(collective, by=request.user),
        "collective": collective,
        "draft": draft,
        "form": shown,
        "filled": is_filled(draft) and not shown.errors,
        "problem": problem,
        "chosen": drafts.chosen(draft),
        "search_now": search,
        "is_whole": seeking.is_whole,
        "said": seeking.said,
        "taken_out": TakenOut.objects.filter(collective=collective).first(),
        "conflicts": drafts.conflicts(draft) if draft else [],
        "conflict_count": drafts.held_elsewhere(draft).count() if draft else 0,
        "left": numbered_page(request, left.select_related("person"), size=PANE_SIZE, prefix="left_"),
        "left_searched": search["left_name"] or search["left_number"],
        "right": numbered_page(request, right.select_related("payment__person"), size=PANE_SIZE, prefix="right_"),
        "right_searched": search["right_name"] or search["right_number"],
        "just_cleared": CLEAR.get(request.POST.get("do"), {}),
    }
    collectives.with_numbers([collective])
    status = 422 if problem or (form is not None and form.errors) else 200
    return show(request, "pension/village/batch.jinja", "choice", context, status=status)


def _on_page(request, form) -> dict:
    """What the fields of 退费维护区 say on the page that has this answer before it: what was sent, or what it is given now."""
    if request.htmx and request.method == "POST":
        return request.POST
    return {name: form[name].value() or "" for name in together.TYPED}


def gone_meanwhile(request, collective):
    """The answer to a page whose draft a colleague has submitted since it was shown; else None."""
    shown = request.POST.get("draft", "")
    draft = drafts.of_payment(collective)
    if not shown or (draft and str(draft.pk) == shown):
        return None
    batch = collective.refunds.filter(pk=keys.uuid_or_new(shown), number__isnull=False).first()
    if batch is None:
        return None
    messages.warning(
        request,
        f"{batch.submitted_by.display_name}已经提交了这批退费（批次号 {batch.number}，{batch.people_count:,} 人）。"
        "您刚才的操作没有生效；还有可退的人员时，可以重新选择。",
    )
    return go(request, "pension:village")


def form_of(draft, data):
    """退费维护区 of this draft with what was typed into it."""
    return VillageAccountForm(data, draft=draft)


def own(request, pk):
    """What the clerk's own village or unit paid together; anybody else's is 404."""
    return get_object_or_404(collectives.of_clerk(request.user).select_related("organisation__office"), pk=pk)


def _narrowed(rows, asked):
    for name, field in (("year", "year"), ("month", "month")):
        value = asked.get(name, "")
        if len(value) <= 4 and keys.is_number(value):
            rows = rows.filter(**{field: value})
    if asked.get("type") in dict(collectives.TYPES):
        rows = rows.filter(payment_type=asked["type"])
    if member := asked.get("member"):
        rows = drafts.with_member(rows, member)
    return rows.select_related("organisation")


def _ids(request, name) -> list[int]:
    return keys.numbers_in(request.POST.getlist(name)[: drafts.MAX_PEOPLE])


def _add(request, collective, search):
    ticked = _ids(request, "payment")
    if not ticked:
        raise errors.NotAllowed("请先在选择区勾选人员，再点击【添加】。")
    drafts.add(collective, by=request.user, payments=ticked)


def _add_all(request, collective, search):
    drafts.add(collective, by=request.user, name=search["left_name"], number=search["left_number"])


def _remove(request, collective, search):
    ticked = _ids(request, "line")
    if not ticked:
        raise errors.NotAllowed("请先在退费区勾选人员，再点击【取消退费】。")
    drafts.remove(collective, by=request.user, lines=ticked)


def _remove_all(request, collective, search):
    drafts.remove(collective, by=request.user, name=search["right_name"], number=search["right_number"])


def _put_back(request, collective, search):
    people = drafts.put_back(collective, by=request.user)
    messages.success(request, f"已把 {people:,} 人放回退费区。")


MOVES = {"add": _add, "add-all": _add_all, "remove": _remove, "remove-all": _remove_all, "put-back": _put_back}
# What begins at the first page of its pane again.
STARTS_ANEW = {
    "search-left": "left_page",
    "clear-left": "left_page",
    "search-right": "right_page",
    "clear-right": "right_page",
}
CLEAR = {
    "clear-left": {"left_name": "", "left_number": ""},
    "clear-right": {"right_name": "", "right_number": ""},
}
