"""预览: the row one is at, beside the list, on a screen that has the room."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from foundation.fragments import wants
from review.case.views import visible
from review.checks.evaluating import checks_of
from review.queue import queues, rows


@require_safe
@for_roles(*OFFICER_ROLES)
def peek(request, number):
    """What decides whether one opens it. Nobody has it open yet, so no colleague is told; alone it is the case itself."""
    refund = visible(request, number)
    if not wants(request, "peek"):
        return redirect("review:case", number=refund.number)
    others = queues.others_of(request.user, refund)
    context = {
        "refund": rows.describe(refund),
        "warnings": [check for check in checks_of([refund])[refund.pk] if not check.holds],
        "last": others[0] if others else None,
    }
    return render(request, "review/_peek.jinja", context)
