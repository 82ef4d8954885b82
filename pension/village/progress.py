"""村组(单位)城乡养老退费进度: the batches of the village, what became of each person, withdrawal, export (P3-17 … P3-21)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation import keys
from foundation.excel.writing import download
from foundation.fragments import go, show
from pension.models import PensionRefund
from pension.scheme import PENSION
from pension.village import batches, sheets
from pension.village.numbered import numbered_page
from pension.village.parts import PARTIAL as PARTIAL_LINES
from pension.village.views import VILLAGE
from refunds import errors, schemes
from refunds.inquiry import paper
from refunds.states import PARTIAL, Outcome, RefundStatus, village_label
from refunds.way.short import shortfalls_of
from refunds.way.steps import steps

SIZE = 10
LINES = 50
# 人社处理状态: what a clerk may filter by.
STATUSES: dict[str, list[RefundStatus]] = {village_label(status, PENSION.agency_name): [] for status in RefundStatus}
for _status in RefundStatus:
    STATUSES[village_label(_status, PENSION.agency_name)].append(_status)
PAID = village_label(RefundStatus.REFUNDED, PENSION.agency_name)


@require_safe
@for_roles(Role.CLERK)
def batches_page(request):
    """退费进度 (P3-17, P3-18): one row per batch, newest first; of one payment when it was ticked in the list."""
    own = PensionRefund.objects.visible_to(request.user).select_related("collective", "organisation")
    ticked = keys.numbers_in(request.GET.getlist("collective"))
    if ticked:
        own = own.filter(collective__in=ticked)
    status = request.GET.get("status", "")
    if status in STATUSES:
        own = own.filter(refund_status__in=STATUSES[status])
    if status == PAID:
        own = own.exclude(PARTIAL_LINES)
    if status == PARTIAL:
        own = own.filter(PARTIAL_LINES, refund_status=RefundStatus.REFUNDED)
    page = numbered_page(request, own.order_by("-submitted_at", "-id"), size=SIZE)
    schemes.with_parts(page.rows)
    context = {
        "crumbs": VILLAGE.here("退费进度"),
        "page": page,
        "statuses": [*STATUSES, PARTIAL],
        "status": status,
        "ticked": ticked,
    }
    return show(request, "pension/village/progress.jinja", "batches", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def withdraw(request):
    """撤销退费 (P3-19, P3-20): a preview says what goes; a batch goes whole, several ticked ones all or none."""
    data = request.POST or request.GET
    own = PensionRefund.objects.visible_to(request.user).select_related("collective")
    numbers = [number for number in data.getlist("batch")[:SIZE] if number.isalnum()]
    chosen = list(own.filter(number__in=numbers).order_by("number"))
    blocked = [refund for refund in chosen if not refund.can_withdraw]
    if request.method == "POST" and chosen and not blocked:
        try:
            kept = batches.withdraw(chosen, by=request.user)
        except errors.RefundError as error:
            messages.error(request, error.message)
        else:
            people = sum(refund.people_count for refund in chosen)
            done = f"撤销成功：{len(chosen)} 批 {people:,} 人的退费申请已全部撤销，可以重新申请。"
            if kept:
                done += f"其中 {kept:,} 人和收款账户已留作草稿，在【我的待办】里继续办理。"
            if kept < people:
                done += f"{people - kept:,} 人没有放入草稿（草稿里的人数已满、已在别的申请里，或缴费记录已作废、冲正），请另行选择。"
            messages.success(request, done)
        return go(request, "pension:village-progress")
    context = {
        "crumbs": VILLAGE.here("撤销退费"),
        "chosen": chosen,
        "blocked": blocked,
        "people": sum(refund.people_count for refund in chosen),
        "total": sum(refund.amount for refund in chosen),
    }
    status = 409 if request.method == "POST" else 200
    return show(request, "pension/village/withdraw.jinja", "dialog", context, status=status)


@require_safe
@for_roles(Role.CLERK)
def lines(request, number):
    """退费明细 (P3-21): the people of one batch, with what became of each; counts add up to everybody."""
    refund = own(request, number)
    outcome = request.GET.get("outcome", "")
    schemes.with_parts([refund])
    context = {
        "crumbs": VILLAGE.to("退费进度", "pension:village-progress").here("退费明细"),
        "refund": refund,
        "outcomes": [*Outcome.choices, (batches.UNPAID, "还没到账")],
        "outcome": outcome,
        "page": _with_refund(numbered_page(request, _lines_of(refund, outcome), size=LINES), refund),
        "steps": steps(refund, shortfalls=shortfalls_of(refund)),
        "receipt": paper.name_of(refund),
    }
    return show(request, "pension/village/lines.jinja", "lines", context)


@require_safe
@for_roles(Role.CLERK)
def export(request, number):
    """退费明细 as an Excel file, with masked numbers; names stay text whatever they begin with."""
    refund = own(request, number)
    content = sheets.lines_sheet(refund, _lines_of(refund, request.GET.get("outcome", "")))
    return download(content, f"{refund.number}.xlsx")


@require_POST
@for_roles(Role.CLERK)
def again(request, number):
    """Those left out or returned go into a new draft of the same payment in one step."""
    refund = own(request, number)
    try:
        people = batches.again(refund, by=request.user)
    except errors.RefundError as error:
        messages.error(request, error.message)
        return redirect("pension:village-lines", number=number)
    messages.success(request, f"已把 {people:,} 人放入新的退费，请核对后保存。")
    return redirect("pension:village-batch", pk=refund.collective_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def reapply(request, number):
    """按更正后的记录重新申请: what was asked for beside what the record says now, and one press for both steps."""
    refund = own(request, number)
    if request.method == "POST":
        try:
            made = batches.reapply(refund, by=request.user, seen=request.POST.get("seen", ""))
        except errors.RefundError as error:
            messages.error(request, error.message)
            return redirect("pension:village-lines", number=number)
        messages.success(request, f"原批次 {number} 已撤销，已按更正后的记录重新申请，批次号 {made.number}。")
        return redirect("pension:village-lines", number=made.number)
    now = batches.as_corrected(refund)
    context = {
        "crumbs": VILLAGE.to("退费进度", "pension:village-progress").here("重新申请"),
        "refund": refund,
        "account": PENSION.account(refund),
        "now": now,
        "dropped": refund.people_count - now.people,
        "seen": batches.said(now),
        "why_not": batches.why_not_again(refund),
    }
    return render(request, "pension/village/reapply.jinja", context)


def _with_refund(page, refund):
    for line in page.rows:
        line.refund = refund  # not one query per line
    return page


def _lines_of(refund, outcome):
    return batches.lines_of(refund, outcome).select_related("payment__person", "left_out")


def own(request, number):
    """The batch of this number, if whoever asks may see it; else 404."""
    own = PensionRefund.objects.visible_to(request.user).filter(collective__isnull=False)
    own = own.select_related("collective", "organisation", "office", "reject_reason")
    refund = own.filter(number=number).first() if number.isalnum() else None
    if refund is None:
        raise Http404
    return refund
