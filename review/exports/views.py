"""税务端: 导出申请. Who asked for which list and what for; a 复核人 agrees or does not, and whoever asked takes the file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation.paging import page_of
from review.exports import bulk
from review.models import ExportRequest

PAGE_SIZE = 50


@require_safe
@for_roles(*OFFICER_ROLES)
def requests(request):
    """The newest first."""
    page = page_of(request, [bulk.seen(request.user)], size=PAGE_SIZE, keys=("asked_at", "id"), newest_first=True)
    rows = [(one, bulk.may_answer(request.user, one), bulk.is_good(request.user, one)) for one in page.rows]
    return render(request, "review/exports.jinja", {"page": page, "rows": rows})


@require_POST
@for_roles(*OFFICER_ROLES)
def answer(request, pk):
    """同意 or 不同意."""
    if request.user.role != Role.COUNTERSIGNER:
        raise PermissionDenied
    agreed = request.POST.get("answer") == "agree"
    try:
        one = bulk.answer(pk, agreed=agreed, by=request.user)
    except ExportRequest.DoesNotExist as error:
        raise Http404 from error
    except bulk.CannotBeDone as error:
        messages.error(request, str(error))
    else:
        done = "已同意，申请人一天内可以导出一次" if agreed else "没有同意，申请人不能导出"
        messages.success(request, f"{one.words}（{one.rows:,} 行）：{done}。")
    return redirect("review:exports")
