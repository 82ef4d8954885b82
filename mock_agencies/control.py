"""For whoever tries the portal out: to see what the agencies saw, to make them misbehave, to make something happen."""

import logging
from dataclasses import dataclass

from aiohttp import web

from .answers import Answer
from .faults import Faults
from .ledger import Ledger
from .mail import Mail
from .messages import Refusal, parse, read_event
from .rules import AGENCIES
from .sight import Sight

log = logging.getLogger("mock_agencies.control")


@dataclass
class Control:
    """Nobody asks who sends an order; that nobody from elsewhere is heard is the server's doing."""

    ledger: Ledger
    mail: Mail
    sight: Sight
    faults: Faults

    def add_to(self, app: web.Application) -> None:
        """Bring the paths of the control."""
        app.router.add_post("/control", self._fault)
        app.router.add_post("/control/event", self._event)
        app.router.add_get("/control/seen", self._seen)

    def set_fault(self, order: dict) -> dict:
        """Obey {"agency", "fault", "times"}, or raise a Refusal."""
        agency, fault, times = self.faults.set(order)
        self.mail.hold(agency, self.faults.silent(agency))
        log.info("%s told to show fault %s, times %s", agency, fault, times)
        return {"agency": agency, "fault": fault, "times": times}

    def add_event(self, order: dict) -> dict:
        """Obey {"agency", "instruction_id", "event"} and what `read_event` knows besides, or raise a Refusal."""
        agency, instruction_id, wanted = order.get("agency"), order.get("instruction_id"), read_event(order)
        if agency not in AGENCIES or not isinstance(instruction_id, str):
            raise Refusal(400, "malformed", "An event is of an agency and has an instruction_id.")
        times = 2 if self.faults.take(agency, frozenset({"repeat"})) else 1
        row = self.ledger.happen(agency, instruction_id, wanted, held=self.faults.silent(agency), times=times)
        log.info("%s %s told to be %s", agency, row["instruction_id"], row["state"])
        told = {field: row[field] for field in ("instruction_id", "sequence", "occurred_at", "amount")}
        return {"agency": agency, "event": row["state"], **told}

    async def _fault(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        return Answer(self.set_fault(parse(await request.read())))

    async def _event(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        return Answer(self.add_event(parse(await request.read())))

    async def _seen(self, request: web.Request) -> web.Response:
        return web.json_response(self.sight.seen())


def refuse_strangers(request: web.Request) -> None:
    """A browser on this machine may be showing somebody else's page; that page gives no orders."""
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise Refusal(403, "stranger", "Orders come from the page of the mock agencies, or from no page at all.")
