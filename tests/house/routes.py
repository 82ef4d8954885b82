"""Every route, who meets what behind it, and the objects it is tried on (reliability.md T21)."""

import uuid
from dataclasses import dataclass

from handoff.models import Delivery, WorkItem
from pension.village.lists import taking
from refunds import actions
from tests.house import routes_medical
from tests.house.rows import (
    CLERK_MOVES_ON,
    CLERKS,
    CLOSED,
    NOBODYS,
    NOTHING_DONE,
    OFFICERS,
    ONLY_GET,
    RESIDENTS,
    Row,
    number_of,
)
from tests.pension.factories import submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village


@dataclass
class World:
    """One application in each situation that a route needs, all of them of the resident."""

    waiting: object
    referred: object
    bounced: object
    held: object
    puzzle: object
    village: object  # a collective payment of the clerk's village, with free people
    batch: object  # a batch of it, submitted
    upload: object  # a list somebody uploaded for it
    medical: object  # an application for a medical payment
    medical_bounced: object
    unclaimed: object  # a medical payment that nobody asked for
    account: object  # a reported account
    draft: object  # and another one, not yet submitted


def build(cast) -> World:
    waiting, referred, bounced, held = (
        submitted(cast.resident, office=cast.county, amount=amount) for amount in ("300.00", "10000.01", "500", "600")
    )
    for refund in (referred, bounced, held):
        actions.approve(refund.number, by=cast.reviewer)
    report(bounced.number, events=["bounced"])
    delivery = Delivery.objects.get(number=held.number)
    delivery.hold(answer="对方拒收")
    delivery.save()
    item = {"agency": "hrss", "office": cast.county, "detail": "对方拒收"}
    return World(
        waiting=waiting,
        referred=referred,
        bounced=bounced,
        held=WorkItem.objects.create(kind="held", instruction_id=held.instruction_id, number=held.number, **item),
        puzzle=WorkItem.objects.create(kind="contradiction", instruction_id=bounced.instruction_id, **item),
        **_village(cast.clerk),
        **routes_medical.build(cast),
    )


def _village(clerk) -> dict:
    village = make_village(clerk, people=4)
    upload = taking.take(village, [], by=clerk)
    return {"village": village, "batch": submit_batch(village, clerk, people=2), "upload": upload}


def item(situation):
    return lambda world: (getattr(world, situation).pk,)


def payment_of(situation):
    return lambda world: {"payment": getattr(world, situation).lines.get().payment_id, "step": "fill"}


def of_upload(world):
    return world.village.pk, world.upload.pk


def account(world) -> dict:
    return {"account_kind": "card", "account_number": "6228480402564890026", "bank": "103", "contact_name": "刘"}


def remark(world) -> dict:
    return {"reason": "other", "remark": "请补充材料"}


def search(world) -> dict:
    return {"q": world.waiting.number}


EVERYBODY = "200 200 200 200 200 200 200 200"
TABLE = [
    *routes_medical.TABLE,
    Row("home", "200 200 200 200 302 302 302 302", ONLY_GET),
    Row("user-center", "login 200 200 200 200 200 200 200", CLOSED),
    Row("tax-service", "login 200 200 200 200 200 200 200", CLOSED),
    Row("inquiry", "login 200 200 200 403 403 403 403", CLOSED),
    Row("interaction", EVERYBODY, ONLY_GET),
    Row("public-service", EVERYBODY, ONLY_GET),
    Row("personal-service", EVERYBODY, ONLY_GET),
    Row("large-type", ONLY_GET, "302 302 302 302 302 302 302 302"),
    Row("social-refund", RESIDENTS, CLOSED),
    Row("accounts:login", "200 302 302 302 302 302 302 302", "200 302 302 302 302 302 302 302"),
    Row("accounts:logout", ONLY_GET, "302 302 302 302 302 302 302 302"),
    Row("accounts:register", EVERYBODY, EVERYBODY),
    Row("accounts:register-account", "302 302 302 302 302 302 302 302", "302 302 302 302 302 302 302 302"),
    Row("accounts:password", "login 200 200 200 200 200 200 200", "login 200 200 200 200 200 200 200"),
    Row("accounts:second-factor", "login 302 302 200 200 200 200 200", "login 302 302 200 200 200 200 200"),
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
    Row(
        "pension:submitted",
        "login 200 404 403 403 403 403 403",
        CLOSED,
        args=lambda world: (world.waiting.submission_key,),
    ),
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
    Row("pension:village-batch", CLERKS, CLOSED, args=item("village")),
    Row("pension:village-batch", "login 403 403 404 403 403 403 403", CLOSED, "of another village", args=NOBODYS),
    Row("pension:village-choose", CLOSED, CLERK_MOVES_ON, args=item("village")),
    Row("pension:village-remember", CLOSED, "login 403 403 204 403 403 403 403", args=item("village")),
    Row("pension:village-save", CLOSED, "login 403 403 422 403 403 403 403", args=item("village")),
    Row("pension:village-check", CLERK_MOVES_ON, CLERK_MOVES_ON, args=item("village")),
    Row("pension:village-drop-conflicts", CLOSED, CLERK_MOVES_ON, args=item("village")),
    Row("pension:village-template", CLERKS, CLOSED, args=item("village")),
    Row("pension:village-upload", CLERKS, "login 403 403 422 403 403 403 403", args=item("village")),
    Row("pension:village-upload-report", CLERKS, CLOSED, args=of_upload),
    Row("pension:village-upload-bad", CLERKS, CLOSED, args=of_upload),
    Row("pension:village-progress", CLERKS, CLOSED),
    Row("pension:village-withdraw", CLERKS, "login 403 403 409 403 403 403 403"),
    Row("pension:village-lines", CLERKS, CLOSED, args=number_of("batch")),
    Row("pension:village-lines", "login 403 403 404 403 403 403 403", CLOSED, "of a person", args=number_of("waiting")),
    Row("pension:village-export", CLERKS, CLOSED, args=number_of("batch")),
    Row("pension:village-again", CLOSED, CLERK_MOVES_ON, args=number_of("batch")),
    Row("refunds:detail", "login 404 404 302 403 403 403 403", CLOSED, "of a village", args=number_of("batch")),
    Row("refunds:detail", "login 200 404 404 403 403 403 403", CLOSED, args=number_of("waiting")),
    Row("refunds:detail", "login 404 404 404 403 403 403 403", CLOSED, "of no scheme", args=lambda world: ("ZZ1",)),
    Row("refunds:detail", "login 404 404 404 403 403 403 403", CLOSED, "with a NUL", args=lambda world: ("YL\0",)),
    Row(
        "refunds:account",
        "login 200 404 404 403 403 403 403",
        "login 422 404 404 403 403 403 403",
        "with an empty form",
        args=number_of("bounced"),
        data=lambda world: {"account_number": ""},
    ),
    Row(
        "refunds:account",
        "login 200 404 404 403 403 403 403",
        "login 302 404 404 403 403 403 403",
        args=number_of("bounced"),
        data=account,
    ),
    Row(
        "refunds:account",
        "login 302 404 404 403 403 403 403",
        "login 302 404 404 403 403 403 403",
        "that is not in question",
        args=number_of("waiting"),
        data=account,
    ),
    Row(
        "refunds:withdraw",
        "login 302 404 403 403 403 403 403",
        "login 302 404 403 403 403 403 403",
        "decided",
        args=number_of("bounced"),
    ),
    Row(
        "refunds:withdraw",
        "login 200 404 403 403 403 403 403",
        "login 302 404 403 403 403 403 403",
        args=number_of("waiting"),
    ),
    Row("review:queue", OFFICERS, "login 403 403 403 302 302 302 302", "searched", data=search),
    Row("review:items", OFFICERS, CLOSED),
    Row("review:item-send-again", CLOSED, "login 403 403 403 302 404 302 403", args=item("held")),
    Row("review:item-send-again", CLOSED, "login 403 403 403 302 404 302 403", "not held", args=item("puzzle")),
    Row("review:item-close", CLOSED, "login 403 403 403 302 404 302 403", args=item("puzzle")),
    Row("review:case", "login 403 403 403 200 404 200 200", CLOSED, args=number_of("waiting")),
    Row("review:case", "login 403 403 403 404 404 404 404", CLOSED, "with a NUL", args=lambda world: ("YL\0",)),
    Row("review:approve", CLOSED, "login 403 403 403 302 404 409 403", args=number_of("waiting")),
    Row("review:approve", CLOSED, "login 403 403 403 409 404 302 403", "above the limit", args=number_of("referred")),
    Row("review:approve", CLOSED, "login 403 403 403 409 404 409 403", "decided before", args=number_of("bounced")),
    Row("review:reject", CLOSED, "login 403 403 403 422 404 403 403", "with no reason", args=number_of("waiting")),
    Row("review:reject", CLOSED, "login 403 403 403 302 404 403 403", args=number_of("waiting"), data=remark),
    Row(
        "review:reject",
        CLOSED,
        "login 403 403 403 409 404 403 403",
        "decided before",
        args=number_of("bounced"),
        data=remark,
    ),
    Row("review:people-search", CLOSED, "login 403 403 403 302 404 302 302", args=number_of("batch")),
    Row("review:leave-out", CLOSED, "login 403 403 403 422 404 403 403", args=number_of("batch")),
    Row("review:take-in", CLOSED, "login 403 403 403 302 404 403 403", args=number_of("batch")),
    Row("review:case", "login 403 403 403 200 404 200 200", CLOSED, "of a village", args=number_of("batch")),
    Row("review:send-back", CLOSED, "login 403 403 403 403 403 422 403", "with no remark", args=number_of("referred")),
    Row("review:send-back", CLOSED, "login 403 403 403 403 403 302 403", args=number_of("referred"), data=remark),
    Row(
        "review:send-back",
        CLOSED,
        "login 403 403 403 403 403 409 403",
        "not referred",
        args=number_of("waiting"),
        data=remark,
    ),
    Row("handoff:callback", ONLY_GET, "401 401 401 401 401 401 401 401", args=lambda world: ("hrss",)),
    Row(
        "handoff:callback",
        ONLY_GET,
        "404 404 404 404 404 404 404 404",
        "of nobody we know",
        args=lambda world: ("police",),
    ),
    Row("healthz", EVERYBODY, ONLY_GET),
    Row("readyz", "503 503 503 503 503 503 503 503", ONLY_GET, "without a worker"),
]
