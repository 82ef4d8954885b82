"""Who wants no SMS: a preference of the account that is told, on until it is switched off."""

from accounts.models import Role, User
from inbox.sms.models import Sms

PREFERENCE = "sms"


def is_on(user: User) -> bool:
    """Whether this account gets SMS beside its messages."""
    return bool(user.preferences.get(PREFERENCE, True))


def switch(user: User, on: bool) -> None:
    """Remember it. What waits to be sent follows it: whoever sends looks again."""
    user.preferences[PREFERENCE] = on
    user.save(update_fields=["preferences"])


def is_unwanted(text: Sms) -> bool:
    """Whether its receiver has switched SMS off, as the resident or the clerk that the message is for."""
    role = Role.RESIDENT if text.message.person_id else Role.CLERK
    off = User.objects.filter(person_id=text.person_id, role=role, preferences__contains={PREFERENCE: False})
    return bool(off.exists())
