"""How long a sign-in lasts (ASVS 7.3, 等保 8.1.4.1.b): stamps kept in the session and judged on every request."""

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import SignIn, User
from foundation.middleware import address_of

SIGNED_IN_AT, SEEN_AT, ACTS_AS = "signed_in_at", "seen_at", "acts_as"
# The stamp of the last request is written at most this often, so that reading pages does not write rows.
GRAIN_SECONDS = 60

IDLE = "登录已过期：您已较长时间没有操作，为了安全已退出，请重新登录。"
TOO_LONG = "登录已过期：本次登录已满 8 小时，为了安全已退出，请重新登录。"
CHANGED = "登录已失效：您的身份或所属单位有变更，请重新登录。"


def begin(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """At sign-in: start both clocks, and note in whose name this session acts; for auditors, who sees other people's data."""
    now = int(time.time())
    request.session.update({SIGNED_IN_AT: now, SEEN_AT: now, ACTS_AS: _acts_as(user)})
    if user.is_staff_door:
        SignIn.objects.create(user=user, address=address_of(request) or None)


def why_over(session: SessionBase, user: User) -> str:
    """The sentence for a session that must end, or empty."""
    now = time.time()
    idle = settings.SESSION_IDLE_SECONDS["staff" if user.is_staff_door else "public"]
    if now - session.get(SEEN_AT, 0) > idle:
        return IDLE
    if now - session.get(SIGNED_IN_AT, 0) > settings.SESSION_COOKIE_AGE:
        return TOO_LONG
    return "" if session.get(ACTS_AS) == _acts_as(user) else CHANGED


def seconds_left(session: SessionBase, user: User) -> int:
    """How long this session still lasts if nobody does anything; 0 once it is over."""
    now = time.time()
    idle = settings.SESSION_IDLE_SECONDS["staff" if user.is_staff_door else "public"]
    ends = min(session.get(SEEN_AT, 0) + idle, session.get(SIGNED_IN_AT, 0) + settings.SESSION_COOKIE_AGE)
    return 0 if why_over(session, user) else max(0, int(ends - now))


def touch(session: SessionBase) -> None:
    """Note that somebody is there."""
    now = int(time.time())
    if now - session[SEEN_AT] >= GRAIN_SECONDS:
        session[SEEN_AT] = now


def _acts_as(user: User) -> str:
    return f"{user.role}:{user.organisation_id}:{user.office_id}"
