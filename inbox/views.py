"""消息中心: what an applicant was told, newest first, and from each message to its application."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from foundation.keys import is_number
from foundation.paging import page_of
from inbox.models import Message, MessageQuerySet
from refunds.replies import HOME

CRUMBS = HOME.to("互动中心", "interaction")


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def messages(request: SignedIn) -> HttpResponse:
    """The list. Looking at it reads nothing: a message is read when its application is opened."""
    page = page_of(request, [_own(request)], size=20, newest_first=True, keys=["id"])
    return render(request, "inbox/messages.jinja", {"crumbs": CRUMBS.here("消息中心"), "page": page})


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def follow(request: SignedIn, key: int) -> HttpResponse:
    """查看: the message is read, and its application opens."""
    message = get_object_or_404(_own(request), pk=key)
    _own(request).filter(pk=message.pk).read()
    return redirect("refunds:detail", message.number)


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def read_all(request: SignedIn) -> HttpResponse:
    """全部标为已读: up to `newest`, the first on the page. What came after it was not seen yet."""
    newest = request.POST.get("newest", "")
    seen = _own(request).filter(pk__lte=int(newest)) if is_number(newest) else Message.objects.none()
    if count := seen.read():
        notices.success(request, f"已把 {count:,} 条消息标为已读。")
    return redirect("inbox:list")


def _own(request: SignedIn) -> MessageQuerySet:
    return Message.objects.visible_to(request.user)
