"""Who meets what behind the addresses of 工伤, and the objects they are tried on."""

import uuid

from refunds import actions
from tests.house.rows import CLOSED, NOTHING_DONE, RESIDENTS, Row, press_of
from tests.injury.factories import PaymentFactory, submitted, typed
from tests.reports import report


def build(cast) -> dict:
    """Two applications of the resident, and a payment of hers that nobody asked for."""
    waiting, bounced = (submitted(cast.resident, office=cast.county) for _ in range(2))
    actions.approve(bounced.number, by=cast.reviewer)
    report(bounced.number, events=["bounced"])
    unclaimed = PaymentFactory(person=cast.resident.person, office=cast.county)
    return {"waiting": waiting, "bounced": bounced, "unclaimed": unclaimed}


def waiting(world) -> dict:
    return {"payment": world.injury.waiting.payment_id, "step": "fill"}


def answers(world) -> dict:
    return typed(world.injury.unclaimed, step="confirm", key=uuid.UUID(int=8))


TABLE = [
    Row("injury:list", RESIDENTS, CLOSED),
    Row("injury:apply", RESIDENTS, NOTHING_DONE, "for a payment in a live refund", query=waiting, data=waiting),
    Row("injury:apply", RESIDENTS, "login 302 409 403 403 403 403 403", data=answers),
    Row("injury:submitted", "login 200 404 403 403 403 403 403", CLOSED, args=press_of("injury.waiting")),
    Row("injury:progress", RESIDENTS, CLOSED),
]
REGIONS = {"injury:apply": "dialog"}
