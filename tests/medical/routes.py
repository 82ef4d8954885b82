"""Who meets what behind the addresses of 医保, and the objects they are tried on."""

import uuid

from refunds import actions
from tests.house.rows import CLOSED, NOTHING_DONE, RESIDENTS, Row, press_of
from tests.medical.factories import EnrolmentFactory, PaymentFactory, account_of, submitted
from tests.reports import report


def build(cast) -> dict:
    """Two applications of the resident, a payment of hers that nobody asked for, and the account it would go to."""
    waiting, bounced = (submitted(cast.resident, office=cast.county, year=year) for year in (2023, 2024))
    actions.approve(bounced.number, by=cast.reviewer)
    report(bounced.number, events=["bounced"])
    EnrolmentFactory(person=cast.resident.person)
    return {
        "waiting": waiting,
        "bounced": bounced,
        "unclaimed": PaymentFactory(enrolment__person=cast.resident.person, office=cast.county),
        "account": account_of(cast.resident)["record"],
    }


def waiting(world) -> dict:
    return {"payment": world.medical.waiting.payment_id, "step": "fill"}


def unclaimed(world) -> dict:
    return {"payment": world.medical.unclaimed.pk}


def emptied(world) -> dict:
    return unclaimed(world) | {"step": "fill"}


def answers(world) -> dict:
    """A complete 退费信息."""
    said = {"account": world.medical.account.pk, "reason": "duplicate"}
    return unclaimed(world) | said | {"step": "confirm", "key": uuid.UUID(int=7)}


def enrolment(world) -> dict:
    return {"enrolment": world.medical.unclaimed.enrolment_id}


TABLE = [
    Row("medical:list", RESIDENTS, CLOSED),
    Row("medical:enrolments", RESIDENTS, "login 422 422 403 403 403 403 403", "with none chosen"),
    Row("medical:enrolments", RESIDENTS, "login 302 422 403 403 403 403 403", data=enrolment),
    Row("medical:apply", RESIDENTS, NOTHING_DONE, "with nothing ticked"),
    Row("medical:apply", RESIDENTS, NOTHING_DONE, "for a payment in a live refund", query=waiting, data=waiting),
    Row(
        "medical:apply",
        RESIDENTS,
        "login 422 409 403 403 403 403 403",
        "with an empty form",
        query=unclaimed,
        data=emptied,
    ),
    Row("medical:apply", RESIDENTS, "login 302 409 403 403 403 403 403", data=answers),
    Row("medical:submitted", "login 200 404 403 403 403 403 403", CLOSED, args=press_of("medical.waiting")),
    Row("medical:progress", RESIDENTS, CLOSED),
]
REGIONS = {
    "medical:list": "payments",
    "medical:enrolments": "dialog",
    "medical:apply": "dialog",
    "medical:progress": "progress",
}
