"""htmx changes how much is sent, never what is allowed: the same view renders a page or one region of it."""

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import ResolverMatch
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """What a view is given, with what is noted on it on the way there. For annotations only."""

    htmx: HtmxDetails
    resolver_match: ResolverMatch


class Addressed(Protocol):
    """What has a page of its own."""

    def get_absolute_url(self) -> str: ...


def wants(request: Request, region: str) -> bool:
    """Whether htmx asks for the region with that id only. A restored history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request and request.htmx.target == region


def show(request: Request, page: str, region: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render `page`, or, when only `region` is asked for, its fragment: the same name with an underscore."""
    if wants(request, region):
        folder, _, name = page.rpartition("/")
        page = f"{folder}/_{name}"
    return render(request, page, context, status=status)


def go(request: Request, to: str | Addressed, **kwargs: Any) -> HttpResponse:
    """Redirect that also works when htmx asked."""
    return lead(request, resolve_url(to, **kwargs))  # type: ignore[arg-type]  # whatever has a page of its own


def lead(request: Request, address: str) -> HttpResponse:
    """The same to an address."""
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
