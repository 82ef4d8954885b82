"""The history of sign-ins, and of tries that were none."""

from typing import Any

from django.http import HttpRequest

from accounts.doors.counting import MOST_CANDIDATES, candidates_for
from accounts.doors.devices import device_of
from accounts.models import Door, SignIn, User
from foundation.middleware import address_of


def note(request: HttpRequest, users: list[User], outcome: SignIn.Outcome) -> None:
    """Of each of them."""
    address, device = address_of(request), device_of(request)
    SignIn.objects.bulk_create(
        SignIn(user=user, of_staff=user.is_staff_door, address=address, device=device, outcome=outcome)
        for user in users
    )


def note_wrong(request: HttpRequest, credentials: dict[str, Any]) -> None:
    """With the accounts that were meant. Their owners see that somebody tried."""
    if credentials.get("door") in Door:
        meant = candidates_for(str(credentials.get("username") or ""))[:MOST_CANDIDATES]
        note(request, list(meant), SignIn.Outcome.WRONG)
