"""首页 (G-08): where one's money is, what waits for one, what is new, what one can do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from foundation import display, returning
from inbox.models import Message
from refunds import schemes
from refunds.inquiry.forms import StationForm
from refunds.models import RefundApplication
from refunds.said import Refundable
from refunds.schemes import Scheme
from refunds.states import UNDER_WAY, Queue
from refunds.way.stations import Station, now, stations
from refunds_portal.elder import told
from refunds_portal.retention.drafts import PERIOD

# 我的提醒 shows the newest; everything is under 消息.
NEWS = 3
# 我的待办 shows what waits for the taxpayer, all of it: more than anybody ever has.
TODOS = 200
# A returned application stands among what waits for her for so long.
REMINDED = timedelta(days=90)


@dataclass(frozen=True)
class HomeItem:
    """One row of 我的待办 (G-08)."""

    refund: object
    title: str
    action: str
    url: str
    deadline: str = "没有截止日期"
    detail: str = ""


@dataclass(frozen=True)
class Lead:
    """我的退费到哪了: the application that has waited longest, or the last one that came to an end. `say` is who has it, `more`
    until when."""

    refund: RefundApplication
    say: str
    more: str
    stations: list[Station]


@require_safe
@login_not_required
def home(request):
    """首页. Officers go to their queue, the administrator to 管理端."""
    user = request.user
    if not user.is_authenticated:
        page = "elder/start.jinja" if display.of(request).elder else "portal/home.jinja"
        return render(request, page, {"form": StationForm()})
    if user.is_administrator:
        return redirect("administration:home")
    if user.is_officer:
        return redirect("review:queue")
    context: dict[str, Any] = {"back": returning.offered(request)}
    if user.role == Role.CLERK:
        context["todo"] = _todo(request, _of_clerk(request))
        schemes_here = [scheme for scheme in schemes.every() if scheme.village_overview]
        context["overviews"] = [(scheme, scheme.overview(user)) for scheme in schemes_here]
        return render(request, "portal/home_clerk.jinja", context)
    context |= _of_resident(request)
    if display.of(request).elder:
        return render(request, "elder/home.jinja", context | told(context))
    return render(request, "portal/home_resident.jinja", context)


def _of_clerk(request) -> list[RefundApplication]:
    """Batches of which the next move may be hers: to give another account, or to ask again for what was corrected."""
    corrected = newest_of(request, TODOS, queue=Queue.REVIEW, corrected__gt="")
    return [*newest_of(request, TODOS, queue=Queue.CORRECTION), *corrected]


def _of_resident(request) -> dict[str, Any]:
    own = newest_of(request, TODOS)
    under_way = [refund for refund in own if refund.refund_status in UNDER_WAY]
    lead = under_way[-1] if under_way else own[0] if own else None
    found = [(scheme, scheme.refundable(request.user.person)) for scheme in schemes.every()]
    return {
        "todo": _todo(request, own),
        "under_way": under_way,
        "own": own,
        "lead": Lead(lead, *now(lead), stations(lead)) if lead else None,
        "refundable": _sum(found),
        "news": list(Message.objects.visible_to(request.user).order_by("-id")[:NEWS]),
        "schemes": list(schemes.every()),
    }


def _sum(found: Iterable[tuple[Scheme, Refundable]]) -> tuple[int, Decimal, list[tuple[Scheme, Refundable]]]:
    """(payments, yuan, those schemes that have any)."""
    some = [(scheme, one) for scheme, one in found if one.payments]
    return sum(one.payments for _scheme, one in some), sum((one.amount for _scheme, one in some), Decimal()), some


def newest_of(request, limit: int, *, queue: Queue | None = None, **only: Any) -> list[RefundApplication]:
    """One's own applications of every scheme, the newest first."""
    mine: list[RefundApplication] = []
    for scheme in schemes.every():
        rows = scheme.model.objects.visible_to(request.user).filter(**only)
        rows = rows.in_queue(queue) if queue else rows
        mine += rows.select_related("office", "reject_reason").order_by("-submitted_at", "-id")[:limit]
    newest = sorted(mine, key=attrgetter("submitted_at"), reverse=True)[:limit]
    schemes.with_parts(newest)
    return newest


def _todo(request, own: list[RefundApplication]) -> list[HomeItem]:
    """Where the next move is the taxpayer's. It stays on the list, however much came after it."""
    asked = _asked_again(own)
    unpaid = [item for refund in own for item in _next_move(refund, asked)]
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
    title, until = f"{scheme.label}退费：还没有提交的申请", f"{PERIOD.days} 天没有改动就会删除"
    return [
        HomeItem(draft, title, "继续办理", scheme.draft_url(draft), until, words.get(draft.pk, "")) for draft in drafts
    ]


def _next_move(refund: RefundApplication, asked: set[UUID]) -> Iterator[HomeItem]:
    """What its applicant can do about it now, if anything."""
    where = refund.get_absolute_url()
    if refund.queue == Queue.CORRECTION:
        yield _item(refund, "更正账户，重新退付", "去更正", where)
    elif refund.corrected and refund.can_withdraw:
        yield _item(refund, "缴费记录有更正，按更正后的记录重新申请", "去重新申请", where)
    elif _can_ask_again(refund) and refund.pk not in asked:
        until = f"提醒到 {timezone.localdate(_ended(refund) + REMINDED)}"
        yield _item(refund, f"{refund.status_label}，看原因，可以重新申请", "看原因", where, until)


def _can_ask_again(refund: RefundApplication) -> bool:
    """Who does not want it any more is not reminded of it for ever."""
    return refund.can_apply_again and _ended(refund) > timezone.now() - REMINDED


def _ended(refund: RefundApplication) -> datetime:
    ended = refund.verified_at or refund.decided_at
    assert ended is not None, "what came back was decided"
    return ended


def _asked_again(own: list[RefundApplication]) -> set[UUID]:
    """The returned ones whose payments were applied for again since, by their keys. `own` is newest first."""
    asked: set[UUID] = set()
    for scheme in schemes.every():
        mine = [refund for refund in own if refund.scheme_code == scheme.code]
        if not any(_can_ask_again(refund) for refund in mine):
            continue
        since: set[int] = set()
        paid = scheme.payment_keys(mine)
        for refund in mine:
            if paid[refund.pk] & since:
                asked.add(refund.pk)
            since |= paid[refund.pk]
    return asked


def _item(refund, what: str, action: str, url: str, deadline: str = HomeItem.deadline) -> HomeItem:
    parts = refund.parts
    asked, detail = (parts.everybody.amount, parts.summary) if parts else (refund.amount, "")
    title = f"{refund.scheme.label}退费：{what}（{asked:,.2f} 元）"
    return HomeItem(refund, title, action, url, deadline=deadline, detail=detail)
