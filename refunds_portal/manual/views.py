"""操作手册: how each role does its work, step by step and with pictures; readable before any sign-in as far as it is anybody's."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.administration.views import shown
from accounts.models import Role
from foundation import display
from refunds.replies import HOME
from refunds_portal.manual.chapters import INDEX, chapter, link_of, parts, size_of

PAGE = "manual/page.jinja"
TITLE = "操作手册"


@require_safe
@login_not_required
def index(request):
    """Every chapter, one's own role first."""
    return _show(request, chapter(INDEX), parts(_role(request)), HOME.here(TITLE))


@require_safe
@login_not_required
def page(request, name):
    """One chapter; not there for whom it is not meant."""
    if not any(name in part.links for part in parts(_role(request))):
        raise Http404
    found = chapter(name)
    return _show(request, found, found.sections, HOME.to(TITLE, "manual").here(found.title))


def _role(request) -> str:
    return request.user.role if request.user.is_authenticated else ""


def _show(request, found, sections, crumbs):
    """As a page of the house that the reader is in."""
    context = {"chapter": found, "sections": sections, "crumbs": crumbs, "size_of": size_of, "link_of": link_of}
    if _role(request) == Role.ADMINISTRATOR:
        return shown(request, PAGE, context | {"layout": "layouts/administration.jinja"})
    return render(request, PAGE, context | {"layout": f"layouts/{_house(request)}.jinja"})


def _house(request) -> str:
    if display.of(request).elder:
        return "elder"
    return "officer" if request.user.is_authenticated and request.user.is_officer else "taxpayer"
