"""A browser in which an account has signed in before is known to it by a signed cookie (OWASP: device cookies). The limits that
strangers can use up for somebody, by their number from one address or from many, do not close the door to a known browser."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.doors.counting import key_of_account
from accounts.models import User

COOKIE, SALT = "known", "accounts.doors.browsers"
KEPT_SECONDS = 180 * 86400
# A family has one phone; of a kiosk the latest are known.
MOST = 5
KEY_LENGTH = 20


def known(request: HttpRequest, keys: list[str]) -> bool:
    """Whether all accounts that were meant (as they are counted) have signed in here."""
    return {key[:KEY_LENGTH] for key in keys} <= set(_accounts(request))


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """After a sign-in."""
    mine = key_of_account(user.pk)[:KEY_LENGTH]
    accounts = [mine, *(one for one in _accounts(request) if one != mine)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(accounts, salt=SALT),
        max_age=KEPT_SECONDS,
        path="/accounts/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _accounts(request: HttpRequest) -> list[str]:
    try:
        accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return []
    return [str(one) for one in accounts]
