"""Who meets what behind the addresses of the deposit account report, and the accounts they are tried on."""

from tests.bankreports.factories import OTHER_ACCOUNT, drafted, reported
from tests.house.rows import CLOSED, Row

TAXPAYERS = "login 200 200 200 403 403 403 403"


def build(cast) -> dict:
    """A reported account of the resident, and another one in her draft."""
    return {"account": reported(cast.resident, OTHER_ACCOUNT), "draft": drafted(cast.resident, "95599000000000017")}


def of_account(world):
    return (world.bankreports.account.account,)


def closing(world) -> dict:
    return {"closed_on": "2026-11-01"}


def heading(world) -> dict:
    return {"handler": "刘秀兰", "reported_on": "2026-11-01"}


TABLE = [
    Row("bankreports:report", TAXPAYERS, "login 422 422 422 403 403 403 403", "with an empty form"),
    Row("bankreports:report", TAXPAYERS, "login 302 302 302 403 403 403 403", data=heading),
    Row("bankreports:add", TAXPAYERS, "login 422 422 422 403 403 403 403"),
    Row("bankreports:remove", CLOSED, "login 302 302 302 403 403 403 403"),
    Row("bankreports:check", "login 200 302 302 403 403 403 403", "login 302 302 302 403 403 403 403"),
    Row(
        "bankreports:edit",
        "login 200 404 404 403 403 403 403",
        "login 422 404 404 403 403 403 403",
        args=lambda world: (world.bankreports.draft.pk,),
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
REGIONS = {
    "bankreports:add": "dialog",
    "bankreports:edit": "dialog",
    "bankreports:change": "dialog",
    "bankreports:close": "dialog",
}
