"""税务端: the list behind `?`, and its switch."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from foundation.fragments import show
from review.queue import queues
from review.shortcuts import declared


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*OFFICER_ROLES)
def keys(request):
    """The keys of the page one came from, in a dialog or as a page of its own. POST switches single keys on or off."""
    if request.method == "POST":
        declared.switch(request.user, on=request.POST.get("on") == "1")
        if not request.htmx:
            messages.success(request, f"单键快捷键已{'打开' if declared.are_on(request.user) else '关闭'}。")
            return redirect(request.get_full_path())
    page = request.GET.get("page", "")
    context = {
        "places": list(declared.listed(page, request.user.role)),
        "page": page,
        "on": declared.are_on(request.user),
        "back": queues.back_url(request),
    }
    return show(request, "review/keys.jinja", "dialog", context)
