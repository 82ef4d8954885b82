"""The portal's own pages: 首页, the six tabs, and the ways in (G-02 … G-08). They lead to work; they do none."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation import returning
from foundation.paging import page_of
from refunds import schemes
from refunds.inquiry.views import station
from refunds.replies import HOME
from refunds.states import Queue, RefundStatus

LARGE_TYPE_COOKIE = "large_type"
# 我的提醒 shows the newest; everything is under 查询中心.
NEWS = 5
# 我的待办 shows what waits for the taxpayer, all of it: more than anybody ever has.
TODOS = 200


@dataclass(frozen=True)
class HomeItem:
    """One row of 我的待办 or 我的提醒 (G-08)."""

    refund: object
    title: str
    action: str
    url: str
    deadline: date | None = None
    detail: str = ""


@require_safe
@login_not_required
def home(request):
    """首页. A signed-in taxpayer sees 我的待办 and 我的提醒; officers go to their queue, the administrator to 管理端."""
    user = request.user
    if user.is_authenticated and user.is_administrator:
        return redirect("administration:home")
    if user.is_authenticated and user.is_officer:
        return redirect("review:queue")
    signed_in = user.is_authenticated
    context = {
        "todo": _todo(request) if signed_in else [],
        "back": returning.offered(request) if signed_in else "",
        "news": [_news(refund) for refund in _newest(request) if refund.queue != Queue.CORRECTION] if signed_in else [],
    }
    if signed_in and user.role == Role.CLERK:
        schemes_here = [scheme for scheme in schemes.every() if scheme.village_overview]
        context["overviews"] = [(scheme, scheme.overview(user)) for scheme in schemes_here]
        return render(request, "portal/home_clerk.jinja", context)
    return render(request, "portal/home.jinja", context)


@require_safe
def tax_service(request):
    """办税中心 → 税费申报及缴纳 → 其他申报 (G-03, G-05)."""
    crumbs = HOME.here("办税中心")
    return render(request, "portal/tax_service.jinja", {"crumbs": crumbs, "schemes": list(schemes.every())})


@require_safe
@for_roles(Role.RESIDENT)
def social_refund(request):
    """首页 → 更多功能 → 退税 → 社保费退费 (G-02)."""
    crumbs = HOME.to("更多功能").to("退税").here("社保费退费")
    return render(request, "portal/social_refund.jinja", {"crumbs": crumbs, "schemes": list(schemes.every())})


@require_safe
@login_not_required
def inquiry(request):
    """查询中心: one's own applications; signed out, the way to ask by a number."""
    return _applications(request) if request.user.is_authenticated else station(request)


@for_roles(Role.RESIDENT, Role.CLERK)
def _applications(request):
    """Every application of the signed-in taxpayer, of every scheme."""
    rows = [scheme.model.objects.visible_to(request.user) for scheme in schemes.every()]
    page = page_of(request, rows, size=10, newest_first=True)
    schemes.with_parts(page.rows)
    return render(request, "portal/inquiry.jinja", {"crumbs": HOME.here("查询中心"), "page": page})


@require_safe
def user_center(request):
    """用户中心: 用户管理 (who I am here) and 电子资料 (receipts of a taxpayer's finished refunds)."""
    done = _newest(request, 50, refund_status=RefundStatus.REFUNDED) if request.user.is_taxpayer else []
    return render(request, "portal/user_center.jinja", {"crumbs": HOME.here("用户中心"), "receipts": done})


@require_safe
@login_not_required
def interaction(request):
    """互动中心: whom to ask."""
    return render(request, "portal/interaction.jinja", {"crumbs": HOME.here("互动中心")})


@require_safe
@login_not_required
def public_service(request):
    """公众服务: who can claim, what is needed, how long it takes; readable before signing in."""
    return render(request, "portal/public_service.jinja", {"crumbs": HOME.here("公众服务")})


@require_safe
@login_not_required
def personal_service(request):
    """个性服务: large type."""
    return render(request, "portal/personal_service.jinja", {"crumbs": HOME.here("个性服务")})


@require_POST
@login_not_required
def large_type(request):
    """Switch large type on or off, and stay where one was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    on = request.POST.get("large") == "1"
    response.set_cookie(LARGE_TYPE_COOKIE, "1" if on else "0", max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def _todo(request) -> list[HomeItem]:
    """Where the next move is the taxpayer's. It stays on the list, however much came after it."""
    unpaid = [
        _item(refund, "更正账户，重新退付", "去更正", refund.get_absolute_url())
        for refund in _newest(request, TODOS, queue=Queue.CORRECTION)
    ]
    begun = [item for scheme in schemes.every() for item in _begun(scheme, request.user)]
    return [*unpaid, *begun, *(item for scheme in schemes.every() for item in _to_sign(scheme, request.user))]


def _to_sign(scheme, user) -> list[HomeItem]:
    """What a village was paid and has not handed out yet."""
    if user.role != Role.CLERK:
        return []
    return [
        HomeItem(
            one.refund,
            f"签收：{one.title}，还有 {one.people:,} 人没有签收",
            "去签收",
            one.url,
            detail="打印签收表，签好后勾选，或上传扫描件",
        )
        for one in scheme.to_sign(user)
    ]


def _begun(scheme, user) -> list[HomeItem]:
    """The drafts of a scheme, with what is in them."""
    drafts = list(scheme.model.objects.drafts_of(user).select_related("office").order_by("-id")[:TODOS])
    words = scheme.draft_words(drafts) if drafts else {}
    title = f"{scheme.label}退费：还没有提交的申请"
    return [
        HomeItem(draft, title, "继续办理", scheme.draft_url(draft), detail=words.get(draft.pk, "")) for draft in drafts
    ]


def _newest(request, limit=NEWS, *, queue=None, **only) -> list:
    mine = []
    for scheme in schemes.every():
        rows = scheme.model.objects.visible_to(request.user).filter(**only)
        rows = rows.in_queue(queue) if queue else rows
        mine += rows.select_related("office").order_by("-submitted_at", "-id")[:limit]
    newest = sorted(mine, key=lambda refund: refund.submitted_at, reverse=True)[:limit]
    schemes.with_parts(newest)
    return newest


def _news(refund) -> HomeItem:
    at_tax = refund.queue in (Queue.REVIEW, Queue.COUNTERSIGN)
    due = refund.due_on if at_tax else None
    return _item(refund, "", "查看进度", refund.get_absolute_url(), due)


def _item(refund, what: str, action: str, url: str, due: date | None = None) -> HomeItem:
    said = f"退费：{what}" if what else "退费"
    parts = refund.parts
    asked, detail = (parts.everybody.amount, parts.summary) if parts else (refund.amount, "")
    return HomeItem(refund, f"{refund.scheme.label}{said}（{asked:,.2f} 元）", action, url, due, detail)
