"""Who may enter a page. What belongs to whom is said by `visible_to`; this is only about doors."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Role, User
from foundation.fragments import Request

View = Callable[..., HttpResponseBase]


class SignedIn(Request):
    """What a view behind `for_roles` is given. For annotations only."""

    user: User


def for_roles(*roles: Role) -> Callable[[View], View]:
    """View decorator: signed-in users of another role get a 403 page that names the right door."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated or request.user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
