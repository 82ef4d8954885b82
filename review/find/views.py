"""税务端: 查人查单. A search is posted, its hits are kept by key in the session: no number and no name stands in an address."""

from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from review.find import area, dossier, hits, lookups, searching
from review.find.searching import Found
from review.find.sought import Unclear, read

# Where the session keeps what was found last.
FOUND = "review_found"
# What an address may open.
OPENS = ("number", "person", "village")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*OFFICER_ROLES)
def find(request):
    """The box, what it found, and the answer about the hit that is open: the first one until another is chosen."""
    if request.method == "POST":
        return _search(request)
    kept = request.session.get(FOUND)
    found = Found(**kept) if kept else None
    listed = hits.shown(request.user, found) if found else []
    name, value = _chosen(request) or (listed[0].query if listed else ("", ""))
    opened = _opened(request.user, name, value) if name else None
    typed = found.text if found else ""
    return _page(request, typed, found=found, hits=listed, chosen=(name, value), opened=opened)


def _search(request):
    typed = request.POST.get("q", "")
    try:
        sought = read(typed)
        found = _look(request.user, sought)
    except Unclear as error:
        return _page(request, typed, problem=str(error), status=422)
    except lookups.UsedUp as error:
        return _page(request, typed, problem=str(error), status=429)
    if not found:
        request.session.pop(FOUND, None)
        return _page(request, sought.name, nothing=sought)
    request.session[FOUND] = asdict(found)
    return redirect(hits.url_of(found.only) if found.only else "review:find")


def _look(user, sought) -> Found:
    if not sought.is_number:
        return searching.search(user, sought)
    return lookups.search(sought.kind, sought.text, by=user, look=lambda: searching.search(user, sought))


def _chosen(request) -> tuple[str, str] | None:
    return next(((name, request.GET[name]) for name in OPENS if request.GET.get(name)), None)


def _opened(user, name: str, value: str):
    """What stands in the address, if it belongs to the area; what does not, does not exist."""
    found = dossier.opened(user, name, value)
    if found is None:
        raise Http404
    return found


def _page(request, typed: str, *, status: int = 200, **context: Any):
    empty: dict[str, Any] = {
        "found": None,
        "hits": [],
        "chosen": ("", ""),
        "opened": None,
        "nothing": None,
        "problem": "",
    }
    where = area.words(request.user)
    return render(request, "review/find.jinja", {**empty, **context, "typed": typed, "area": where}, status=status)
