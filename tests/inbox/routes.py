"""Who meets what behind the addresses of 消息中心, and the messages they are tried on."""

from inbox.models import Message
from tests.house.rows import CLOSED, Row, key_of

ADMINISTRATORS = "login 403 403 403 403 403 403 403"
TAXPAYERS = "login 200 200 200 403 403 403 403"


def build(cast) -> dict:
    """The newest message of the resident, and that of the clerk's village; of the applications made for the other rooms."""
    return {
        "own": Message.objects.filter(person=cast.resident.person_id).latest("pk"),
        "village": Message.objects.filter(organisation=cast.clerk.organisation_id).latest("pk"),
    }


TABLE = [
    Row("inbox:list", TAXPAYERS, CLOSED),
    Row(
        "inbox:follow",
        CLOSED,
        "login 302 404 404 403 403 403 403",
        args=key_of("inbox.own"),
    ),
    Row("inbox:read", CLOSED, "login 302 404 404 403 403 403 403", args=key_of("inbox.own")),
    Row("inbox:sms", CLOSED, "login 302 302 302 403 403 403 403"),
    Row("wording:wordings", ADMINISTRATORS, CLOSED),
    Row("wording:one", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: ("submit",)),
    Row("inbox:follow", CLOSED, "login 404 404 302 403 403 403 403", "of a village", args=key_of("inbox.village")),
    Row("inbox:follow", CLOSED, "login 404 404 404 403 403 403 403", "beyond all keys", args=lambda world: (10**40,)),
    Row("inbox:read-all", CLOSED, "login 302 302 302 403 403 403 403", "with nothing seen"),
    Row(
        "inbox:read-all",
        CLOSED,
        "login 302 302 302 403 403 403 403",
        data=lambda world: {"newest": world.inbox.own.pk},
    ),
]
