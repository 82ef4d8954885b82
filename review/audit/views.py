"""税务端: 审计."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation.paging import page_of
from review.audit.trails import LATELY, TRAILS

PAGE_SIZE = 50


@require_safe
@for_roles(Role.AUDITOR)
def audit(request, code=TRAILS[0].code):
    """One trail, the newest first. An auditor of the province sees all of it, and changes nothing."""
    trail = next((trail for trail in TRAILS if trail.code == code), None)
    if trail is None:
        raise Http404
    page = page_of(request, [trail.rows(request.user)], size=PAGE_SIZE, keys=trail.keys, newest_first=True)
    tabs = [(one.label, reverse("review:audit", args=[one.code]), one is trail) for one in TRAILS]
    context = {"trail": trail, "page": page, "tabs": tabs, "counts": trail.counts(request.user), "lately": LATELY}
    return render(request, "review/audit.jinja", context)
