"""签收表: printed for the hall of the village, and ticked once it is signed (domain.md N5)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import Role
from foundation import keys
from pension.village import handing_out
from pension.village.progress import own
from pension.village.views import VILLAGE
from refunds import errors


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def roster(request, number):
    """Everybody who was paid, on sheets of A4; who has signed is ticked."""
    refund = own(request, number)
    if request.method == "POST":
        try:
            _tick(request, refund)
        except errors.RefundError as error:
            messages.error(request, error.message)
        return redirect("pension:village-roster", number=number)
    waiting = handing_out.unsigned(refund)
    context = {
        "crumbs": VILLAGE.to("退费进度", "pension:village-progress").here("签收表"),
        "refund": refund,
        "sheets": handing_out.sheets_of(refund),
        "waiting": waiting,
        "notice_text": handing_out.notice_of(refund, waiting),
    }
    return render(request, "pension/village/roster.jinja", context)


def _tick(request, refund):
    ticked, do = keys.numbers_in(request.POST.getlist("line")), request.POST.get("do")
    if do == "sign-all":
        messages.success(request, f"已登记 {handing_out.sign(refund, by=request.user):,} 人签收。")
    elif not ticked:
        raise errors.NotAllowed("请先勾选人员，再登记签收。")
    elif do == "unsign":
        messages.success(request, f"已取消 {handing_out.unsign(refund, lines=ticked):,} 人的签收登记。")
    else:
        messages.success(request, f"已登记 {handing_out.sign(refund, by=request.user, lines=ticked):,} 人签收。")
