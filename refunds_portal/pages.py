"""The portal's own pages beside 首页: the six tabs, and the ways in (G-02 … G-08). They lead to work; they do none."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role, TaxOffice
from accounts.own.overview import overview
from foundation import display
from foundation.paging import page_of
from inbox.models import Rating
from inbox.questions import asking
from inbox.sms import switching
from refunds import schemes
from refunds.elder.words import plain
from refunds.inquiry import paper, segments
from refunds.inquiry.segments import Segment
from refunds.inquiry.views import station
from refunds.replies import HOME
from refunds.states import FINAL, RefundStatus
from refunds.way.stations import in_brief, now
from refunds_portal.home import newest_of

# 电子资料 lists the newest; all are under 查询中心.
RECEIPTS = 50
# Of what is done, so many of the newest are offered for 好差评, and so many offices stand on 公众服务.
TO_RATE, OFFICES = 5, 4
# Characters of what is looked for.
MOST_SOUGHT = 40


@require_safe
@login_not_required
def manifest(request):
    """What a phone reads to put the portal on its first screen."""
    icons = [
        {"src": static(f"portal/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    described = {
        "name": "城乡居民社会保险费退费服务平台",
        "short_name": "社保费退费",
        "lang": "zh-CN",
        "id": reverse("home"),
        "start_url": reverse("home"),
        "scope": reverse("home"),
        "display": "standalone",
        "background_color": "#f4f6f9",
        "theme_color": "#0a3f7d",
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json")


@require_safe
def tax_service(request):
    """办税中心 → 税费申报及缴纳 → 其他申报 (G-03, G-05)."""
    person = request.user.person if request.user.is_resident else None
    found = [(scheme, scheme.refundable(person) if person else None) for scheme in schemes.every()]
    return render(request, "portal/tax_service.jinja", {"crumbs": HOME.here("办税中心"), "found": found})


@require_safe
@for_roles(Role.RESIDENT)
def more(request):
    """首页 → 更多功能: 退税 and what else there is, as a phone has it (G-02)."""
    return render(request, "portal/more.jinja", {"crumbs": HOME.here("更多功能")})


@require_safe
@for_roles(Role.RESIDENT)
def social_refund(request):
    """首页 → 更多功能 → 退税 → 社保费退费 (G-02)."""
    context = {
        "crumbs": HOME.to("更多功能", "more").to("退税").here("社保费退费"),
        "found": [(scheme, scheme.refundable(request.user.person)) for scheme in schemes.every()],
    }
    page = "elder/schemes.jinja" if display.of(request).elder else "portal/social_refund.jinja"
    return render(request, page, context)


@require_safe
@login_not_required
def inquiry(request):
    """查询中心: one's own applications; signed out, the way to ask by a number."""
    return _applications(request) if request.user.is_authenticated else station(request)


@for_roles(Role.RESIDENT, Role.CLERK)
def _applications(request):
    """Every application of the signed-in taxpayer, of every scheme; what waits for her comes first."""
    lists = [
        scheme.model.objects.visible_to(request.user).select_related("office", "reject_reason")
        for scheme in schemes.every()
    ]
    asked = request.GET.get("show", "")
    chosen = asked if asked in Segment.values else ""
    counts = segments.counts(lists)
    first = segments.first_of(lists) if not chosen and 0 < counts[Segment.TODO] <= segments.ABOVE else []
    shown = segments.within(lists, chosen) if chosen else segments.without(lists, Segment.TODO) if first else lists
    page = page_of(request, shown, size=10, newest_first=True)
    above = [] if page.previous_url else first
    refunds = [*above, *page.rows]
    schemes.with_parts(refunds)
    if display.of(request).elder:
        told = [(refund, plain(refund)) for refund in refunds]
        return render(request, "elder/applications.jinja", {"page": page, "told": told})
    context = {
        "crumbs": HOME.here("查询中心"),
        "page": page,
        "refunds": refunds,
        "chosen": chosen,
        "segments": [("", "全部", counts.total()), *((one, one.label, counts[one]) for one in Segment)],
        "now": now,
        "stations": in_brief,
    }
    return render(request, "portal/inquiry.jinja", context)


@require_safe
def user_center(request):
    """用户中心: 用户管理 (who I am here) and 电子资料 (receipts of a taxpayer's finished refunds)."""
    own = request.user.is_taxpayer
    done = newest_of(request, RECEIPTS + 1, refund_status=RefundStatus.REFUNDED) if own else []
    context = {
        "crumbs": HOME.here("用户中心"),
        "receipts": [(refund, paper.name_of(refund), paper.amount_of(refund)) for refund in done[:RECEIPTS]],
        "are_more": len(done) > RECEIPTS,
    }
    return render(request, "portal/user_center.jinja", context | overview(request))


@require_safe
@login_not_required
def interaction(request):
    """互动中心: messages, questions, ratings, and whom to call."""
    told = request.user.is_authenticated and request.user.is_taxpayer
    done = newest_of(request, TO_RATE, refund_status__in=FINAL) if told else []
    rated = set(Rating.objects.filter(number__in=[refund.number for refund in done]).values_list("number", flat=True))
    to_rate = [refund for refund in done if refund.number not in rated]
    return render(request, "portal/interaction.jinja", {"crumbs": HOME.here("互动中心"), "to_rate": to_rate})


@require_safe
@login_not_required
def public_service(request):
    """公众服务: what is asked most, whom to call, where to go, what to take away; readable before signing in."""
    own = asking.usual_office(request.user) if request.user.is_authenticated and request.user.is_taxpayer else None
    somewhere = TaxOffice.objects.exclude(address="").order_by("path")
    context = {
        "crumbs": HOME.here("公众服务"),
        "offices": [own] if own and own.address else list(somewhere[:OFFICES]),
        "downloads": [(reverse(name), words) for scheme in schemes.every() for name, words in scheme.downloads],
    }
    return render(request, "portal/public_service.jinja", context)


@require_safe
@login_not_required
def offices(request):
    """公众服务 → 办税服务厅: every tax office with its address and phone, or those whose name has what was typed."""
    sought = " ".join(request.GET.get("find", "").replace("\0", "").split())[:MOST_SOUGHT]
    rows = TaxOffice.objects.filter(Q(name__icontains=sought) | Q(address__icontains=sought))
    page = page_of(request, [rows], size=20, keys=["code"])
    crumbs = HOME.to("公众服务", "public-service").here("办税服务厅")
    return render(request, "portal/offices.jinja", {"crumbs": crumbs, "page": page, "sought": sought})


@require_safe
@login_not_required
def personal_service(request):
    """个性服务: how large pages are shown, 长辈模式, and whether one is told by SMS."""
    told = request.user.is_authenticated and request.user.is_taxpayer
    context = {"crumbs": HOME.here("个性服务"), "by_sms": switching.is_on(request.user) if told else None}
    return render(request, "portal/personal_service.jinja", context)


@require_POST
@login_not_required
def change_display(request):
    """Another size, or 长辈模式 on or off, and stay where one was."""
    back = request.POST.get("next") or request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    chosen = display.of(request).but(size=request.POST.get("size"), elder=request.POST.get("elder"))
    display.choose(request, chosen)
    return display.keep(HttpResponseRedirect(back), chosen)
