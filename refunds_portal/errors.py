"""Error pages: what happened, whether it was saved, what to do, and a reference to tell the hotline."""

import sys
import uuid

import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from accounts.kept import keeping
from accounts.kept.middleware import lead_to_login
from foundation import display
from foundation.fragments import lead
from foundation.postgres.base import anything_lasting
from foundation.returning import page_of

log = structlog.get_logger(__name__)

# Django's words for it, and the driver's own where Django does not stand between.
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
# Seconds after which a machine may ask again.
RETRY_AFTER = "10"


def bad_request(request, exception=None):
    """What was sent could not be read; or the database went away before the session could be kept."""
    return server_error(request) if _is_away() else _page(request, 400)


def forbidden(request, exception=None):
    """Not this door."""
    return _page(request, 403)


def not_sent_from_here(request, reason=""):
    """A form without today's token: of another site, or of a window that was open before somebody signed in again. What she typed
    into her own form stands in it again; what somebody else typed is kept for her and not shown."""
    kept = keeping.keep(request, page_of(request))
    if kept and not request.user.is_authenticated:
        return lead_to_login(request, kept, "")
    if kept and kept.user_id == request.user.pk:
        return lead(request, keeping.address_of(kept, request.META.get("QUERY_STRING", "")))
    return _page(request, 403, another=kept is not None)


def not_found(request, exception=None):
    """No such page, or not for this user: the two look the same."""
    return _page(request, 404)


def server_error(request):
    """503 where the database is away for a moment, 500 otherwise. Rendered without the request: it may be the cause."""
    away = _is_away()
    status = 503 if away else 500
    context = {
        "reference": _reference(request, status),
        "posted": request.method not in ("GET", "HEAD"),
        # Asked before the form is kept, which is lasting as well.
        "perhaps_saved": anything_lasting(),
        # Whether htmx asks is known before any page is: without that there is no page to go back to.
        "page": page_of(request) if hasattr(request, "htmx") else "/",
        "kept": "" if away else _kept(request),
        "size": _size(request),
    }
    text = get_template(f"errors/{status}.jinja").render(context)
    return HttpResponse(text, status=status, headers={"Retry-After": RETRY_AFTER} if away else {})


def _kept(request) -> str:
    """Where the form that was sent is shown again; empty where nothing of it could be kept, whatever the reason."""
    try:
        kept = keeping.keep(request, page_of(request))
        return keeping.address_of(kept, request.META.get("QUERY_STRING", "")) if kept else ""
    except Exception:  # the page about a fault must not fail of it
        log.exception("form_not_kept", path=request.path)
        return ""


def _size(request) -> str:
    """As large as this device asked for; whoever is signed in is not looked up, for that may be what failed."""
    return display.Display.read(request.COOKIES.get(display.COOKIE)).of_ordinary_pages


def _is_away() -> bool:
    """Whether what is being handled, or what that was raised for, says that the database is away."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, AWAY):
        error = error.__cause__ or error.__context__
    return error is not None


def _page(request, status, **more):
    context = {"reference": _reference(request, status), "size": _size(request), **more}
    return render(request, f"errors/{status}.jinja", context, status=status)


def _reference(request, status) -> str:
    reference = uuid.uuid4().hex[:10].upper()
    log.warning("error_page", status=status, reference=reference, path=request.path)
    return reference
