"""Who meets what behind the addresses of 消息中心, and the messages they are tried on."""

from foundation import crypto
from inbox.models import Message, Question
from inbox.questions import asking
from tests.house.rows import CLOSED, OFFICERS, Row, key_of, number_of

ADMINISTRATORS = "login 403 403 403 403 403 403 403"
TAXPAYERS = "login 200 200 200 403 403 403 403"


def build(cast) -> dict:
    """The newest message of the resident, and that of the clerk's village; of the applications made for the other rooms."""
    _asked(cast.resident, cast.county)
    return {
        "question": _asked(cast.resident, cast.county),
        "village_question": _asked(cast.clerk, cast.county),
        "own": Message.objects.filter(person=cast.resident.person_id).latest("pk"),
        "village": Message.objects.filter(organisation=cast.clerk.organisation_id).latest("pk"),
    }


def _asked(user, office) -> Question:
    return asking.ask(by=user, office=office, topic="other", about="", text="怎么办？", key=crypto.new_id())


OWN = "login 200 404 404 403 403 403 403"
TABLE = [
    Row("ratings:rate", OWN, "login 422 404 404 403 403 403 403", "under way", args=number_of("pension.waiting")),
    Row("questions:list", TAXPAYERS, CLOSED),
    Row("questions:ask", TAXPAYERS, "login 422 422 422 403 403 403 403", "with nothing filled in"),
    Row("questions:one", OWN, CLOSED, args=number_of("inbox.question")),
    Row(
        "questions:one",
        "login 404 404 200 403 403 403 403",
        CLOSED,
        "of a village",
        args=number_of("inbox.village_question"),
    ),
    Row("review:questions", OFFICERS, CLOSED),
    Row(
        "review:question",
        "login 403 403 403 200 404 200 200",
        "login 403 403 403 422 404 422 403",
        "with no answer",
        args=number_of("inbox.question"),
    ),
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
