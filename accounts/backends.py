"""Who signs in: one box takes an ID number, a phone or a username, behind one of three doors (G-06)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts import identity
from accounts.identity import IdType
from accounts.models import DOOR_ROLES, Door, User
from foundation import crypto, numbers

# A phone is shared by a family; more accounts than this behind one phone are not tried.
MOST_CANDIDATES = 10


class DoorBackend(BaseBackend):
    """Finds the accounts that the typed text may mean, among the roles of the door, and tries the password on each."""

    def authenticate(  # type: ignore[override]  # Django asks a backend only with credentials that fit its signature
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        door: str | None = None,
    ) -> User | None:
        if not door or door not in Door or not username or password is None:
            return None
        candidates = list(candidates_for(username).filter(role__in=DOOR_ROLES[Door(door)])[:MOST_CANDIDATES])
        if not candidates:
            make_password(password)  # an unknown account takes as long as a known one
        fitting = [user for user in candidates if user.check_password(password)]
        # Two accounts with one phone and one password: nobody can tell which is meant.
        return fitting[0] if len(fitting) == 1 and fitting[0].is_active else None

    def get_user(self, user_id: int) -> User | None:
        """None for a disabled account, so that its sessions end with the next request."""
        known = User.objects.select_related("person", "organisation", "office")
        return known.filter(pk=user_id, is_active=True).first()


def candidates_for(typed: str) -> QuerySet[User]:
    """Accounts whose username, document number or phone is `typed`, however it was grouped or widened."""
    number = numbers.fold_number(typed)
    return (
        User.objects.select_related("person")
        .filter(
            Q(username=username_form(typed))
            | Q(person__id_index__in=[identity.id_index(kind, number) for kind in IdType])
            | Q(person__phone_index=numbers.phone_index(number))
        )
        .order_by("pk")
    )


def username_form(typed: str) -> str:
    """A username as stored: half-width and lower-case."""
    return numbers.fold(typed).lower()


def axes_username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What django-axes counts under: a blind index, so that no ID number or phone ever reaches its tables.

    Axes calls this with the credentials of a failed try, and after a success with the username alone; then what was
    typed, and so what was counted, is in the form.
    """
    credentials = credentials or {}
    if "door" in credentials:
        typed, door = credentials.get("username"), credentials["door"]
    else:
        posted = getattr(request, "POST", {})
        typed = posted.get("account") or credentials.get("username")
        door = posted.get("door") or Door.NATURAL
    return crypto.blind_index(f"{door}:{numbers.fold_number(typed or '')}", purpose="sign_in").hex()
