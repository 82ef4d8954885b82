"""对账: our books beside the agencies', day by day, and what differs."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation.paging import page_of
from handoff.models import Reconciliation, WorkItemKind
from review.desk import sides
from review.queue import queues

PAGE_SIZE = 30
# Of the differences that nobody has dealt with; all of them stand in 移交异常.
SHOWN = 50


@require_safe
@for_roles(*OFFICER_ROLES)
def reconciliation(request):
    """The differences of one's own office; the figures of the province for those who look at all of it."""
    open_items = queues.work_items(request.user).filter(kind=WorkItemKind.RECONCILIATION).order_by("opened_at", "id")
    context = {"differences": list(open_items[:SHOWN]), "agency_title": sides.agency_title, "page": None}
    if request.user.role != Role.REVIEWER:
        runs = Reconciliation.objects.all()
        context["page"] = page_of(request, [runs], size=PAGE_SIZE, keys=("day", "id"), newest_first=True)
    return render(request, "review/reconciliation.jinja", context)
