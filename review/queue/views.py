"""税务端: the queue (O-01), what it is narrowed to, and the narrowings an officer keeps by name."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from foundation.fragments import show
from foundation.paging import page_of
from review.exports import bulk, lists
from review.exports.answers import format_of
from review.queue import queues, rows, saved
from review.queue.filters import SEGMENTS, Filters

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*OFFICER_ROLES)
def queue(request):
    """审核队列 of one's own office, most urgent first (O-01). A search is posted, so that no number stands in an address."""
    code, label, which = queues.queue_of(request.user, request.GET.get("queue", ""))
    if request.method == "POST":
        found = queues.find(request.user, request.POST.get("q", ""))
        return redirect(f"{reverse('review:queue')}?{urlencode({'queue': code, **found})}")
    queues.remember(request)
    filters = Filters(request.GET, user=request.user)
    sound = filters.is_valid()
    asked = {name: request.GET.get(name, "") for name in ("number", "person")}
    listed = queues.listed(request.user, code, which, filters.cleaned_data.get("scheme", ""))
    page = page_of(
        request,
        queues.narrowed(listed, **asked),
        size=PAGE_SIZE,
        newest_first=code == "all",
        keys=queues.order_of(code),
        narrow=filters.condition,
    )
    for refund in page.rows:
        rows.describe(refund)
    context = {
        "code": code,
        "label": label,
        "open": code in ("pending", "countersign", "mine"),
        "searched": any(asked.values()),
        "page": page,
        "filters": filters,
        "more": not sound or "more" in request.GET,
        "tags": [(words, _address(request.GET, **{name: ""})) for words, name in filters.tags()],
        "segments": _segments(request, code, which),
        "views": saved.of(request.user),
        "query": _kept(request.GET).urlencode(),
        "more_url": _address(request.GET, more="1"),
        "whole_url": queues.queue_url(code, ""),
    }
    return show(request, "review/queue.jinja", "queue", context)


@require_safe
@for_roles(*OFFICER_ROLES)
def open_view(request):
    """打开 a narrowing that was kept by name."""
    query = saved.of(request.user).get(request.GET.get("name", ""))
    if query is None:
        messages.warning(request, "没有这个视图，可能已经删除。")
        return redirect("review:queue")
    return redirect(f"{reverse('review:queue')}?{query}")


@require_POST
@for_roles(*OFFICER_ROLES)
def keep_view(request):
    """保存, or 删除, the narrowing under a name."""
    query, name = QueryDict(request.POST.get("query", "")), request.POST.get("name", "").strip()
    if "remove" in request.POST:
        saved.remove(request.user, name)
        messages.success(request, f"视图“{name}”已删除。")
    elif refusal := saved.keep(request.user, name, _kept(query).urlencode()):
        messages.warning(request, refusal)
    else:
        messages.success(request, f"视图已保存为“{name}”。")
    return redirect(f"{reverse('review:queue')}?{_kept(query).urlencode()}")


@require_POST
@for_roles(*OFFICER_ROLES)
def export(request):
    """The whole list, as it is narrowed, as a file; numbers masked, and noted who took it. A large one with a second person's word."""
    query = request.POST.get("query", "")
    asked = QueryDict(query)
    code, label, which = queues.queue_of(request.user, asked.get("queue", ""))
    filters = Filters(asked, user=request.user)
    filters.is_valid()
    listed = queues.listed(request.user, code, which, filters.cleaned_data.get("scheme", ""))
    wanted = [filters.narrow(rows) for rows in listed]
    words = "，".join([label, *(words for words, _name in filters.tags())])
    if bulk.is_large(wanted) and not bulk.take(request.user, request.POST.get("agreed", ""), query):
        return bulk.ask(request, wanted, query=query, words=words)
    return lists.applications(
        wanted,
        order=queues.order_of(code),
        newest_first=code == "all",
        words=words,
        as_=format_of(request.POST.get("format", "")),
        by=request.user,
    )


def _segments(request, code, which):
    """(words, count, address, whether chosen): by urgency, then by scheme."""
    chosen, scheme = request.GET.get("segment", ""), request.GET.get("scheme", "")
    counts = queues.counts(request, which)
    for segment, words in SEGMENTS:
        if segment and which is None:
            continue
        yield (
            words,
            counts.get(segment, ""),
            _address(request.GET, segment=segment, scheme=""),
            segment == chosen and not scheme,
        )
    for one in queues.schemes.every():
        yield (
            one.short,
            counts.get(one.code, ""),
            _address(request.GET, segment="", scheme=one.code),
            scheme == one.code,
        )


def _address(query, **changes) -> str:
    """The same list with something changed, from its beginning."""
    kept = _kept(query)
    for name, value in changes.items():
        kept.pop(name, None)
        if value:
            kept[name] = value
    return f"{reverse('review:queue')}?{kept.urlencode()}"


def _kept(query) -> QueryDict:
    """The queue and the filters of an address, without the place in the list."""
    kept = QueryDict(mutable=True)
    for name in ("queue", *Filters.base_fields):
        if value := query.get(name, ""):
            kept[name] = value[:100]
    return kept
