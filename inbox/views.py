"""消息中心: what an applicant was told, newest first, and from each message to its application."""

from django.contrib import messages as notices
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from foundation.keys import is_number
from foundation.paging import page_of
from inbox.kinds import Segment
from inbox.models import Message, MessageQuerySet, Sms
from inbox.sms import switching
from refunds.replies import HOME

CRUMBS = HOME.to("互动中心", "interaction")
UNREAD = "unread"
# (code in the address, words), in the order of the row of links; the first is everything.
SEGMENTS = (("", "全部"), (UNREAD, "未读"), *Segment.choices)


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def messages(request: SignedIn) -> HttpResponse:
    """The list. Looking at it reads nothing: a message is read when its application is opened, or by a press."""
    chosen = _segment(request.GET.get("show", ""))
    page = page_of(request, [_in(chosen, _own(request))], size=20, newest_first=True, keys=["id"])
    prefetch_related_objects(page.rows, Prefetch("texts", Sms.objects.filter(person_id=request.user.person_id)))
    context = {
        "crumbs": CRUMBS.here("消息中心"),
        "page": page,
        "chosen": chosen,
        "segments": SEGMENTS,
        "by_sms": switching.is_on(request.user),
        "here": request.GET.urlencode(),
    }
    return render(request, "inbox/messages.jinja", context)


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def follow(request: SignedIn, key: int) -> HttpResponse:
    """查看: the message is read, and what it is about opens."""
    message = get_object_or_404(_own(request), pk=key)
    _own(request).filter(pk=message.pk).read()
    return redirect(message.target)


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def read(request: SignedIn, key: int) -> HttpResponse:
    """标为已读, of one, and back to the list as it was."""
    message = get_object_or_404(_own(request), pk=key)
    _own(request).filter(pk=message.pk).read()
    return _back(request)


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def read_all(request: SignedIn) -> HttpResponse:
    """全部标为已读: what the segment shows, up to `newest`, the first on the page. What came after it was not seen yet."""
    newest, shown = request.POST.get("newest", ""), _in(_segment(request.GET.get("show", "")), _own(request))
    seen = shown.filter(pk__lte=int(newest)) if is_number(newest) else Message.objects.none()
    if count := seen.read():
        notices.success(request, f"已把 {count:,} 条消息标为已读。")
    return _back(request)


def _back(request: SignedIn) -> HttpResponse:
    here = request.GET.urlencode()
    return redirect(reverse("inbox:list") + (f"?{here}" if here else ""))


def _segment(asked: str) -> str:
    return asked if asked in dict(SEGMENTS) else ""


def _in(segment: str, rows: MessageQuerySet) -> MessageQuerySet:
    if segment == UNREAD:
        return rows.unread()
    return rows.filter(segment=segment) if segment else rows


def _own(request: SignedIn) -> MessageQuerySet:
    return Message.objects.visible_to(request.user)
