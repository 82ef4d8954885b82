"""Who meets what behind the addresses of 养老, and the objects they are tried on."""

import uuid

from pension.village.lists import taking
from pension.village.lists.sorting import Reading
from refunds import actions
from tests.house.rows import (
    CLERK_MOVES_ON,
    CLERKS,
    CLOSED,
    NOBODYS,
    NOTHING_DONE,
    RESIDENTS,
    Row,
    key_of,
    number_of,
    press_of,
)
from tests.pension.factories import submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village


def build(cast) -> dict:
    """Two applications of the resident; a collective payment of the clerk's village, a batch of it, and a list for it."""
    waiting, bounced = (submitted(cast.resident, office=cast.county, amount=amount) for amount in ("300.00", "500"))
    actions.approve(bounced.number, by=cast.reviewer)
    report(bounced.number, events=["bounced"])
    village = make_village(cast.clerk, people=4)
    upload = taking.take(village, Reading([], []), by=cast.clerk)
    batch = submit_batch(village, cast.clerk, people=2)
    return {"waiting": waiting, "bounced": bounced, "village": village, "batch": batch, "upload": upload}


def payment_of(situation):
    return lambda world: {"payment": getattr(world.pension, situation).lines.get().payment_id, "step": "fill"}


def of_upload(world):
    return world.pension.village.pk, world.pension.upload.pk


VILLAGE = key_of("pension.village")
BATCH = number_of("pension.batch")
TABLE = [
    Row("pension:list", "login 200 200 302 403 403 403 403", CLOSED),
    Row("pension:apply", RESIDENTS, NOTHING_DONE, "with nothing ticked"),
    Row(
        "pension:apply",
        RESIDENTS,
        NOTHING_DONE,
        "for a payment in a live refund",
        query=payment_of("waiting"),
        data=payment_of("waiting"),
    ),
    Row("pension:submitted", "login 200 404 403 403 403 403 403", CLOSED, args=press_of("pension.waiting")),
    Row(
        "pension:submitted",
        "login 404 404 403 403 403 403 403",
        CLOSED,
        "that nobody made",
        args=lambda world: (uuid.UUID(int=0),),
    ),
    Row(
        "pension:withdraw",
        RESIDENTS,
        "login 302 409 403 403 403 403 403",
        query=payment_of("waiting"),
        data=payment_of("waiting"),
    ),
    Row("pension:withdraw", RESIDENTS, NOTHING_DONE, "after the decision", data=payment_of("bounced")),
    Row("pension:progress", RESIDENTS, CLOSED),
    Row("pension:village", CLERKS, CLERK_MOVES_ON),
    Row("pension:village-batch", CLERKS, CLOSED, args=VILLAGE),
    Row("pension:village-batch", "login 403 403 404 403 403 403 403", CLOSED, "of another village", args=NOBODYS),
    Row("pension:village-choose", CLOSED, CLERK_MOVES_ON, args=VILLAGE),
    Row("pension:village-remember", CLOSED, "login 403 403 204 403 403 403 403", args=VILLAGE),
    Row("pension:village-save", CLOSED, "login 403 403 422 403 403 403 403", args=VILLAGE),
    Row("pension:village-check", CLERK_MOVES_ON, CLERK_MOVES_ON, args=VILLAGE),
    Row("pension:village-drop-conflicts", CLOSED, CLERK_MOVES_ON, args=VILLAGE),
    Row("pension:village-empty-list", "200 200 200 200 200 200 200 200", "405 405 405 405 405 405 405 405"),
    Row("pension:village-template", CLERKS, CLOSED, args=VILLAGE),
    Row("pension:village-upload", CLERKS, "login 403 403 422 403 403 403 403", args=VILLAGE),
    Row("pension:village-upload-report", CLERKS, CLOSED, args=of_upload),
    Row("pension:village-upload-groups", CLOSED, CLERK_MOVES_ON, args=of_upload),
    Row("pension:village-upload-bad", CLERKS, CLOSED, args=of_upload),
    Row("pension:village-progress", CLERKS, CLOSED),
    Row("pension:village-withdraw", CLERKS, "login 403 403 409 403 403 403 403"),
    Row("pension:village-lines", CLERKS, CLOSED, args=BATCH),
    Row(
        "pension:village-lines",
        "login 403 403 404 403 403 403 403",
        CLOSED,
        "of a person",
        args=number_of("pension.waiting"),
    ),
    Row("pension:village-export", CLERKS, CLOSED, args=BATCH),
    Row("pension:village-roster", CLERKS, CLERK_MOVES_ON, args=BATCH),
    Row("pension:village-signed", CLOSED, "login 403 403 422 403 403 403 403", args=BATCH),
    Row(
        "pension:village-signed-paper",
        "login 403 403 404 403 403 403 403",
        CLOSED,
        "that nobody sent",
        args=lambda world: (world.pension.batch.number, uuid.UUID(int=0)),
    ),
    Row("pension:village-again", CLOSED, CLERK_MOVES_ON, args=BATCH),
    Row("pension:village-reapply", CLERKS, CLERK_MOVES_ON, args=BATCH),
]
REGIONS = {
    "pension:list": "payments",
    "pension:apply": "dialog",
    "pension:withdraw": "dialog",
    "pension:progress": "progress",
    "pension:village": "payments",
    "pension:village-batch": "choice",
    "pension:village-progress": "batches",
    "pension:village-withdraw": "dialog",
    "pension:village-lines": "lines",
}
