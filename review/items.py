"""税务端: what the handoff could not settle, until a person has dealt with it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from handoff import deliveries
from handoff.models import Delivery, DeliveryStatus
from refunds import errors
from refunds_portal.paging import page_of
from review import queues
from review.forms import CloseForm

PAGE_SIZE = 50


@require_safe
@for_roles(*OFFICER_ROLES)
def items(request):
    """移交异常: what the portal and an agency could not settle between themselves."""
    page = page_of(
        request, [queues.work_items(request.user)], size=PAGE_SIZE, keys=("opened_at", "id"), newest_first=False
    )
    held = Delivery.objects.filter(
        instruction_id__in=[item.instruction_id for item in page.rows], status=DeliveryStatus.HELD
    )
    context = {
        "page": page,
        "resendable": set(held.values_list("instruction_id", flat=True)),
        "may_act": request.user.role != Role.AUDITOR,
        "form": CloseForm(),
    }
    return render(request, "review/items.jinja", context)


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def item_send_again(request, pk):
    """Send a held instruction once more, unchanged."""
    item = get_object_or_404(queues.work_items(request.user), pk=pk)
    try:
        deliveries.send_again(item, by=request.user)
    except errors.RefundError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, f"{item.instruction_id} 已重新进入移交队列。")
    return redirect("review:items")


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def item_close(request, pk):
    """Mark as dealt with, with a note."""
    item = get_object_or_404(queues.work_items(request.user), pk=pk)
    form = CloseForm(request.POST)
    if form.is_valid():
        deliveries.close_item(item, by=request.user, **form.cleaned_data)
        messages.success(request, f"{item.instruction_id} 的异常已标记为处理完毕。")
    else:
        messages.error(request, form.errors["note"][0])
    return redirect("review:items")
