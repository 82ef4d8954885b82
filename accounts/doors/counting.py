"""Under which keys the failures at a door are counted: by account whatever was typed, and never with a number in it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts import identity
from accounts.identity import IdType
from accounts.models import Door, User
from foundation import crypto, numbers

# A phone is shared by a family; more accounts than this behind one phone are not tried.
MOST_CANDIDATES = 10
COUNTED = "counted"


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


def keys_of(request: HttpRequest, credentials: dict[str, Any]) -> list[str]:
    """What a try with these credentials is counted under. Known and unknown names are counted alike at every door, so a closed
    door tells nothing; only what is said of one account by its username, number and phone is one count."""
    asked = (str(credentials.get("door", "")), str(credentials.get("username") or ""))
    known: dict[tuple[str, str], list[str]] = getattr(request, "counted_under", {})
    if asked not in known:
        known[asked] = _keys(*asked)
        request.counted_under = known  # type: ignore[attr-defined]  # asked several times for one request
    return known[asked]


def _keys(door: str, typed: str) -> list[str]:
    if door not in Door:  # another thing to guess, of which only one is meant
        return [_key(f"{door}:{numbers.fold_number(typed)}")]
    accounts = candidates_for(typed).values_list("pk", flat=True)[:MOST_CANDIDATES]
    return [key_of_account(pk) for pk in accounts] or [_key(f"nobody:{numbers.fold_number(typed)}")]


def key_of_account(pk: int) -> str:
    """What the failures about an account are counted under."""
    return _key(f"account:{pk}")


def _key(text: str) -> str:
    return crypto.blind_index(text, purpose="sign_in").hex()


def axes_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What django-axes asks for: the key that is being counted."""
    credentials = credentials or {}
    return str(credentials.get(COUNTED) or keys_of(request, credentials)[0])
