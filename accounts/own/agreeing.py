"""隐私说明, and the page on which one agrees to it, or to the use of a bank account."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from accounts.own import consent
from accounts.own.models import Agreed
from foundation.middleware import address_of

LABELS = {Agreed.NOTICE: consent.AGREE, Agreed.ACCOUNT: consent.AGREE_ACCOUNT}


class AgreeForm(forms.Form):
    """One tick for one thing."""

    agree = forms.BooleanField(error_messages={"required": "同意后请勾选；不同意的，可以到办税服务厅办理。"})

    def __init__(self, *args: Any, to: Agreed, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = LABELS[to]


@require_safe
@login_not_required
def notice(request: HttpRequest) -> HttpResponseBase:
    """What is used of people, what for and how long, who else is given it, and their rights."""
    return render(request, "accounts/own/notice.jinja", {"version": consent.VERSION})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def give(request: SignedIn) -> HttpResponseBase:
    """Asked before it is needed, kept with version, time and address; then one goes on."""
    asked = request.POST.get("to") or request.GET.get("to", "")
    to = Agreed(asked) if asked in Agreed else Agreed.NOTICE
    form = AgreeForm(request.POST if request.method == "POST" else None, to=to)
    if form.is_bound and form.is_valid():
        consent.give(request.user, to, address=address_of(request))
        return redirect(_next(request) or "home")
    context = {"form": form, "to": to, "next": _next(request), "version": consent.VERSION}
    return render(request, "accounts/own/consent.jinja", context, status=422 if form.errors else 200)


def _next(request: HttpRequest) -> str:
    """Where one was going, if it is one of our pages."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    # What begins otherwise would be taken for the name of a view.
    return asked if ours and asked.startswith("/") and asked != reverse("accounts:consent") else ""
