"""How often may be guessed. django-axes counts failures; here is what it counts, and what closes a door.

- an account from one address: five failures, whatever of it was typed and behind whichever door;
- an account from anywhere, and the accounts that fail from one address: more, so that a village office behind one address has
  room, and not for a browser that is known to the account.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from accounts.doors import browsers, history
from accounts.doors.counting import COUNTED, key_of_account, keys_of

ACCOUNT, EVERYWHERE, ADDRESS = "account", "everywhere", "address"


class Tried(HttpRequest):
    """A request with what django-axes has noted on it. For annotations only."""

    axes_locked_out: bool
    axes_ip_address: str
    axes_credentials: dict[str, Any]


@dataclass(frozen=True)
class Closure:
    """Why a door is closed, and until when."""

    why: str
    until: datetime

    @property
    def minutes(self) -> int:
        return max(ceil((self.until - timezone.now()).total_seconds() / 60), 1)


class DoorHandler(AxesDatabaseHandler):
    """Counts a failure under every account that was meant, and closes the door to whoever guesses at one or at many."""

    def is_locked(self, request: Tried, credentials: dict[str, Any] | None = None) -> bool:
        return closure(request, credentials) is not None

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Tried | None = None, **kwargs: Any
    ) -> None:
        if request is None or request.axes_locked_out:  # refused unseen: no failure of hers
            return super().user_login_failed(sender, credentials, request, **kwargs)
        history.note_wrong(request, credentials)
        locked = False
        for key in keys_of(request, credentials):
            request.axes_locked_out = False
            super().user_login_failed(sender, {**credentials, COUNTED: key}, request, **kwargs)
            locked = locked or request.axes_locked_out
        request.axes_locked_out = locked or self.is_locked(request, credentials)
        request.axes_credentials = credentials
        return None

    def user_logged_in(self, sender: Any, request: Tried, user: Any, **kwargs: Any) -> None:
        """Five times in a row, not five times in all; what was guessed about others of a shared phone stays counted."""
        forget(user.pk, address=request.axes_ip_address)

    def user_logged_out(self, sender: Any, request: Tried, user: Any, **kwargs: Any) -> None:
        """Nothing is counted."""


def closure(request: Tried, credentials: dict[str, Any] | None) -> Closure | None:
    """Why the door is closed to a try with these credentials, None when it is open."""
    keys, lately = keys_of(request, credentials or {}), _lately(request)
    here = lately.filter(ip_address=request.axes_ip_address)
    if closed := _too_many(here.filter(username__in=keys), settings.AXES_FAILURE_LIMIT, ACCOUNT):
        return closed
    if browsers.known(request, keys):
        return None
    return _too_many(
        lately.filter(username__in=keys), settings.SIGN_IN_TRIES_PER_ACCOUNT, EVERYWHERE
    ) or _too_many_accounts(here)


@contextmanager
def one_at_a_time(request: HttpRequest, credentials: dict[str, Any]) -> Iterator[None]:
    """Tries at one account wait for each other here, so that a hundred at once count as a hundred."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for key in sorted(keys_of(request, credentials)):
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(key[:15], 16)])
        yield


def forget(pk: int, *, address: str | None = None) -> None:
    """The failures about an account are done with: from one address, or from all once its owner has proven who she is."""
    rows = AccessAttempt.objects.filter(username=key_of_account(pk))
    (rows.filter(ip_address=address) if address else rows).delete()


def _lately(request: Tried) -> QuerySet[AccessAttempt]:
    return AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))


def _too_many(rows: QuerySet[AccessAttempt], most: int, why: str) -> Closure | None:
    for one in rows.values("username").annotate(tries=Sum("failures_since_start"), last=Max("attempt_time")):
        if one["tries"] >= most:
            return Closure(why, one["last"] + cool_off())
    return None


def _too_many_accounts(rows: QuerySet[AccessAttempt]) -> Closure | None:
    """Opens again when so many of them are half an hour old that the rest are few enough."""
    last = sorted(rows.values("username").annotate(last=Max("attempt_time")).values_list("last", flat=True))
    over = len(last) - settings.SIGN_IN_ACCOUNTS_PER_ADDRESS
    return Closure(ADDRESS, last[over] + cool_off()) if over >= 0 else None


def cool_off() -> timedelta:
    """How long a door stays closed."""
    return timedelta(hours=settings.AXES_COOLOFF_TIME)
