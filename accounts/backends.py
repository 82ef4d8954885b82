"""Who signs in: one box takes an ID number, a phone or a username, behind one of three doors (G-06)."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.doors.counting import MOST_CANDIDATES, candidates_for
from accounts.models import DOOR_ROLES, Door, User


class DoorBackend(BaseBackend):
    """Finds the accounts that the typed text may mean, behind the door or else behind the others, and tries the password on each."""

    def authenticate(  # type: ignore[override]  # Django asks a backend only with credentials that fit its signature
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        door: str | None = None,
    ) -> User | None:
        if not door or door not in Door or not username or password is None:
            return None
        candidates = _meant(username, Door(door))
        if not candidates:
            make_password(password)  # an unknown account takes as long as a known one
        fitting = [user for user in candidates if user.check_password(password)]
        # Two accounts with one phone and one password: nobody can tell which is meant.
        return fitting[0] if len(fitting) == 1 and fitting[0].is_active else None

    def get_user(self, user_id: int) -> User | None:
        """None for a disabled account, so that its sessions end with the next request."""
        known = User.objects.select_related("person", "organisation", "office")
        return known.filter(pk=user_id, is_active=True).first()


def _meant(typed: str, door: Door) -> list[User]:
    """Whoever comes to the wrong door is let through the right one, if the password is right."""
    found = list(candidates_for(typed)[:MOST_CANDIDATES])
    return [user for user in found if user.role in DOOR_ROLES[door]] or found
