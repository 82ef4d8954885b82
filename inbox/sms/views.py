"""消息设置 under 个性服务: SMS on or off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from inbox.sms import switching


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def switch(request: SignedIn) -> HttpResponse:
    """开启短信 or 关闭短信, for the account that asks."""
    on = request.POST.get("on") == "1"
    switching.switch(request.user, on)
    words = "已开启短信。" if on else "已关闭短信。退费有变化时，只在消息中心告诉您；还没有发出的短信也不再发。"
    messages.success(request, words)
    return redirect(reverse("personal-service") + "#messages")
