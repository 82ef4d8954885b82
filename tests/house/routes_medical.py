"""The rows of the routes of 医保 and of the deposit account report, and the objects they are tried on."""

import uuid

from tests.bankreports.factories import OTHER_ACCOUNT, drafted, reported
from tests.house.rows import (
    CLOSED,
    NOTHING_DONE,
    RESIDENTS,
    Row,
    number_of,
)
from tests.medical.factories import EnrolmentFactory, PaymentFactory, submitted
from tests.reports import report

TAXPAYERS = "login 200 200 200 403 403 403 403"


def build(cast) -> dict:
    """A medical application 待审核 and one that bounced, a payment nobody asked for, and an account with its draft."""
    from refunds import actions

    waiting, bounced = (submitted(cast.resident, office=cast.county, year=year) for year in (2023, 2024))
    actions.approve(bounced.number, by=cast.reviewer)
    report(bounced.number, events=["bounced"])
    account = reported(cast.resident, OTHER_ACCOUNT)
    EnrolmentFactory(person=cast.resident.person)
    return {
        "medical": waiting,
        "medical_bounced": bounced,
        "unclaimed": PaymentFactory(enrolment__person=cast.resident.person, office=cast.county),
        "account": account,
        "draft": drafted(cast.resident, "95599000000000017"),
    }


def of_payment(situation, **more):
    def data(world):
        found = getattr(world, situation)
        return {"payment": getattr(found, "payment_id", found.pk), **more}

    return data


def of_account(world):
    return (world.account.account,)


def answers(world) -> dict:
    """A complete 退费信息."""
    return of_payment("unclaimed", step="confirm", account=world.account.pk, reason="duplicate", key=uuid.UUID(int=7))(
        world
    )


def enrolment(world) -> dict:
    return {"enrolment": world.unclaimed.enrolment_id}


def closing(world) -> dict:
    return {"closed_on": "2026-11-01"}


def heading(world) -> dict:
    return {"handler": "刘秀兰", "reported_on": "2026-11-01"}


TABLE = [
    Row("medical:list", RESIDENTS, CLOSED),
    Row("medical:enrolments", RESIDENTS, "login 422 422 403 403 403 403 403", "with none chosen"),
    Row("medical:enrolments", RESIDENTS, "login 302 422 403 403 403 403 403", data=enrolment),
    Row("medical:apply", RESIDENTS, NOTHING_DONE, "with nothing ticked"),
    Row(
        "medical:apply",
        RESIDENTS,
        NOTHING_DONE,
        "for a payment in a live refund",
        query=of_payment("medical", step="fill"),
        data=of_payment("medical", step="fill"),
    ),
    Row(
        "medical:apply",
        RESIDENTS,
        "login 422 409 403 403 403 403 403",
        "with an empty form",
        query=of_payment("unclaimed"),
        data=of_payment("unclaimed", step="fill"),
    ),
    Row("medical:apply", RESIDENTS, "login 302 409 403 403 403 403 403", data=answers),
    Row(
        "medical:submitted",
        "login 200 404 403 403 403 403 403",
        CLOSED,
        args=lambda world: (world.medical.submission_key,),
    ),
    Row("medical:progress", RESIDENTS, CLOSED),
    Row("refunds:detail", "login 200 404 404 403 403 403 403", CLOSED, "of 医保", args=number_of("medical")),
    Row(
        "refunds:account",
        "login 200 404 404 403 403 403 403",
        "login 422 404 404 403 403 403 403",
        "of 医保, with an empty form",
        args=number_of("medical_bounced"),
    ),
    Row("review:case", "login 403 403 403 200 404 200 200", CLOSED, "of 医保", args=number_of("medical")),
    Row("review:approve", CLOSED, "login 403 403 403 302 404 409 403", "of 医保", args=number_of("medical")),
    Row("bankreports:report", TAXPAYERS, "login 422 422 422 403 403 403 403", "with an empty form"),
    Row("bankreports:report", TAXPAYERS, "login 302 302 302 403 403 403 403", data=heading),
    Row("bankreports:add", TAXPAYERS, "login 422 422 422 403 403 403 403"),
    Row("bankreports:remove", CLOSED, "login 302 302 302 403 403 403 403"),
    Row("bankreports:check", "login 200 302 302 403 403 403 403", "login 302 302 302 403 403 403 403"),
    Row(
        "bankreports:edit",
        "login 200 404 404 403 403 403 403",
        "login 422 404 404 403 403 403 403",
        args=lambda world: (world.draft.pk,),
    ),
    Row(
        "bankreports:change",
        "login 200 404 404 403 403 403 403",
        "login 422 404 404 403 403 403 403",
        args=of_account,
    ),
    Row(
        "bankreports:close",
        "login 200 404 404 403 403 403 403",
        "login 302 404 404 403 403 403 403",
        args=of_account,
        data=closing,
    ),
]
