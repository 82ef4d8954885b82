"""What 用户中心 shows of an account: the sign-ins that last, and the newest of those there were."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.doors.sealing import stored
from accounts.guards import SignedIn
from accounts.models import Session, SignIn, User

NEWEST = 5
# So long the history is offered; the database keeps it longer.
DAYS = 90
# More browsers than anybody uses; a bound for the page.
MOST_SESSIONS = 20


def overview(request: SignedIn) -> dict[str, Any]:
    """For the page: each session with whether it is this one, the newest first, and the last sign-ins."""
    here = stored(request.session.session_key or "")
    found = list(sessions_of(request.user)[: MOST_SESSIONS + 1])
    lasting = sorted(found[:MOST_SESSIONS], key=lambda one: one.pk != here)
    return {
        "more_devices": len(found) > MOST_SESSIONS,
        "devices": [(one, one.pk == here) for one in lasting],
        "sign_ins": list(sign_ins_of(request.user)[:NEWEST]),
    }


def sessions_of(user: User) -> QuerySet[Session]:
    """The sign-ins that still let somebody in."""
    now = timezone.now()
    idle = settings.SESSION_IDLE_SECONDS["staff" if user.is_staff_door else "public"]
    lasting = Session.objects.filter(user=user, expire_date__gt=now, seen_at__gt=now - timedelta(seconds=idle))
    return lasting.defer("session_data").order_by("-seen_at")


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    """Those that were let in and those that were not, the newest first."""
    since = timezone.now() - timedelta(days=DAYS)
    return SignIn.objects.filter(user=user, at__gte=since).order_by("-at", "-id")
