"""Who may go on: everything is closed by default, and a sign-in does not last for ever."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts import sessions
from accounts.kept.middleware import to_login
from accounts.models import User
from foundation.fragments import Request
from foundation.middleware import GetResponse
from foundation.returning import page_of

# Pages where one signs in: whoever's session just ended may stay on them.
ENTRANCES = frozenset({"accounts:login", "accounts:register", "accounts:register-account"})
# What machines ask, also while the database is away: whoever's session it is does not matter. And how long a session lasts: to
# ask is not to work.
WATCHED = frozenset({"healthz", "readyz", "metrics", "accounts:session"})
# Where an unfinished sign-in is completed, and so where a fragment request is sent as a whole page.
STEPS = ("accounts:login", "accounts:second-factor", "accounts:password")


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """Django's rule, but after the sign-in one comes back to a page, never to an address that only takes POST; and an open
    door does not ask who comes, because the database may be away."""

    def process_view(self, request: Request, view_func: Callable[..., HttpResponseBase], *args: Any) -> Any:  # type: ignore[override]
        if getattr(view_func, "login_required", True):
            return super().process_view(request, view_func, *args)
        return None

    def handle_no_permission(  # type: ignore[override]  # every request here has been through the middleware of htmx
        self, request: Request, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        return to_login(request, "")


class SessionGuardMiddleware:
    """Ends sessions that are over, and leads an unfinished sign-in to its next step."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        response = self.get_response(request)
        if request.htmx and isinstance(response, HttpResponseRedirect) and _is_step(response.url):
            # Followed by htmx, the redirect would put a sign-in page into a corner of this one.
            return HttpResponse(status=204, headers={"HX-Redirect": response.url})
        return response

    def process_view(
        self,
        request: Request,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        user, here = request.user, request.resolver_match.view_name
        if here in WATCHED or not user.is_authenticated or here == "accounts:logout":
            return None
        if reason := sessions.why_over(request.session, user):
            logout(request)
            if here not in ENTRANCES:
                return to_login(request, reason)
            messages.warning(request, reason)
            return None
        sessions.touch(request.session)
        step = unfinished_step(user)
        return None if step in ("", here) else redirect_to_login(page_of(request), step)


def unfinished_step(user: User) -> str:
    """The url name of what is still missing from this sign-in, or empty."""
    if settings.STAFF_SECOND_FACTOR and user.is_staff_door and not user.is_verified():
        return "accounts:second-factor"
    return "accounts:password" if user.must_change_password else ""


def _is_step(url: str) -> bool:
    return urlsplit(url).path in [reverse(name) for name in STEPS]
