"""htmx changes how much is sent, never what is allowed: the same view renders a page or one region of it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect


def wants(request, region: str) -> bool:
    """Whether htmx asks for the region with that id only. A restored history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request and request.htmx.target == region


def show(request, page: str, region: str, context: dict, status: int = 200) -> HttpResponse:
    """Render `page`, or, when only `region` is asked for, its fragment: the same name with an underscore."""
    if wants(request, region):
        folder, _, name = page.rpartition("/")
        page = f"{folder}/_{name}"
    return render(request, page, context, status=status)


def go(request, *args, **kwargs) -> HttpResponse:
    """Redirect that also works when htmx asked."""
    response = redirect(*args, **kwargs)
    return HttpResponseClientRedirect(response.url) if request.htmx else response
