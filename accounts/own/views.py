"""Whoever owns an account sees where it is signed in, ends that, and looks back at its sign-ins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.doors.sealing import stored
from accounts.guards import SignedIn
from accounts.models import Session
from accounts.own.overview import DAYS, sign_ins_of
from foundation.paging import page_of

PAGE_SIZE = 20


@require_safe
def sign_ins(request: SignedIn) -> HttpResponse:
    """登录记录."""
    page = page_of(request, [sign_ins_of(request.user)], size=PAGE_SIZE, keys=("at", "id"), newest_first=True)
    return render(request, "accounts/own/sign_ins.jinja", {"page": page, "days": DAYS})


@require_POST
def end_session(request: SignedIn) -> HttpResponse:
    """退出这台, or all others. Nobody else's can be named: what is not hers is not among them."""
    others = Session.objects.filter(user=request.user).exclude(pk=stored(request.session.session_key or ""))
    if named := request.POST.get("key", "").replace("\0", ""):
        others = others.filter(pk=named)
    ended, _ = others.delete()
    if ended:
        messages.success(request, f"已退出 {ended} 处登录。不是您本人登录的，请马上修改密码。")
    else:
        messages.info(request, "那里的登录已经退出了。")
    return redirect("user-center")
