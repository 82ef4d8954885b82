"""签收表: printed for the hall of the village, and ticked once it is signed (domain.md N5)."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation import keys
from foundation.paper import scans
from pension.village import handing_out, signing
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
    return _roster_page(request, refund)


@require_POST
@for_roles(Role.CLERK)
def signed(request, number):
    """The signed sheet comes back: one page or all of it, in the place of what was sent before."""
    refund = own(request, number)
    form = signing.SignedSheetForm(len(handing_out.sheets_of(refund)), request)
    if form.is_valid():
        try:
            _keep(request, refund, form.cleaned_data)
            return redirect(f"{reverse('pension:village-roster', args=[number])}#signed")
        except errors.RefundError as error:
            form.add_error(None, error.message)
    return _roster_page(request, refund, form)


@require_safe
@for_roles(Role.CLERK)
def signed_paper(request, number, key):
    """A sheet as it was sent, to be saved."""
    found = signing.paper_of(own(request, number), key)
    if found is None:
        raise Http404
    paper, content = found
    return scans.handed_out(content, paper.kind, paper.name)


def _roster_page(request, refund, form=None):
    sheets, waiting = handing_out.sheets_of(refund), handing_out.unsigned(refund)
    context = {
        "crumbs": VILLAGE.to("退费进度", "pension:village-progress").here("签收表"),
        "refund": refund,
        "sheets": sheets,
        "waiting": waiting,
        "notice_text": handing_out.notice_of(refund, waiting),
        "form": form or signing.SignedSheetForm(len(sheets)),
        "kept": signing.kept_of(refund),
        "of_before": signing.of_refund(refund).exclude(attempt=refund.paid_attempt),
    }
    return render(request, "pension/village/roster.jinja", context, status=422 if form else 200)


@transaction.atomic
def _keep(request, refund, given):
    """The sheet and who signed on it, or neither: a refusal of the one says that nothing was saved."""
    kept = signing.keep(refund, page=given["page"], data=given["data"], kind=given["kind"], by=request.user)
    done = f"已保存签好的签收表（{signing.title_of(kept)}，{len(kept.lines):,} 人）。"
    if given["all_signed"]:
        done += f"已登记 {handing_out.sign(refund, by=request.user, lines=kept.lines):,} 人签收。"
    messages.success(request, done)


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
