"""The HTTP side: which path leads where, and what an agency takes: what is signed and well-formed."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from .faults import AFTER_TAKING, BREAKDOWNS, Faults, break_down, hang, hang_up
from .ledger import Ledger
from .messages import Message, Refusal, parse, read_instruction
from .rules import AGENCIES, moment, plan

log = logging.getLogger("mock_agencies.desk")

MAX_BODY = 8 * 1024 * 1024
PAGE = 500
HOST = "127.0.0.1"  # nobody asks who may say how the agencies misbehave, so nobody from elsewhere is heard
EPOCH = "1970-01-01T00:00:00Z"
LOOK_AGAIN = 0.01
PATIENCE = 0.1  # for answers that are being written when the service is to stop; aiohttp takes it twice


@dataclass
class Desk:
    """The counters of the agencies behind one address."""

    seals: Mapping[str, Webhook]
    ledger: Ledger
    delay: float
    silence: float
    faults: Faults = field(default_factory=Faults)

    @asynccontextmanager
    async def open(self, port: int) -> AsyncIterator[str]:
        """Answer as long as the context lasts; gives the URL."""
        app = web.Application(client_max_size=MAX_BODY)
        refunds = f"/{{agency:{'|'.join(AGENCIES)}}}/refunds"
        app.router.add_post(refunds, self._take)
        app.router.add_get(refunds, self._list)
        app.router.add_post("/control", self._control)
        app.router.add_get("/control/seen", self._seen)
        runner = web.AppRunner(app, access_log=None, logger=log, shutdown_timeout=PATIENCE)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            yield f"http://{HOST}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _control(self, request: web.Request) -> web.Response:
        agency, fault, times = self.faults.set(parse(await request.read()))
        self.ledger.hold(agency, fault == "silent" and times is None)
        log.info("%s told to show fault %s, times %s", agency, fault, times)
        return web.json_response({"agency": agency, "fault": fault, "times": times})

    async def _seen(self, request: web.Request) -> web.Response:
        return web.json_response(self.ledger.seen())

    async def _list(self, request: web.Request) -> web.Response:
        """One page of what this agency has; next_after is empty on the last."""
        message = await _read(request)
        if fault := self.faults.take(message.agency, BREAKDOWNS):
            return await break_down(request, fault)
        self._check_signature(message)
        since, after = _since(request.query.get("since", EPOCH)), request.query.get("after", "")
        found = self.ledger.page(message.agency, since=since, after=after, limit=PAGE)
        next_after = found[-1]["instruction_id"] if len(found) == PAGE else ""
        return web.json_response({"refunds": found, "next_after": next_after})

    async def _take(self, request: web.Request) -> web.Response:
        message = await _read(request)
        fault = self.faults.take(message.agency, BREAKDOWNS | AFTER_TAKING)
        if fault in BREAKDOWNS:
            self.ledger.note(message, fault)
            return await break_down(request, fault)
        try:
            receipt = self._receive(message, fault)
        except Refusal as refusal:
            self.ledger.note(message, refusal.code)
            raise
        log.info("%s %s: %s", message.agency, receipt["instruction_id"], receipt["receipt"])
        match fault:
            case "accept_then_hang":
                return await hang(request)
            case "accept_then_drop":
                return hang_up(request)
            case "callback_first":
                while not self.ledger.called_back(message):
                    await asyncio.sleep(LOOK_AGAIN)
        return web.json_response(receipt, status=202)

    def _receive(self, message: Message, fault: str) -> dict:
        self._check_signature(message)
        instruction = read_instruction(message)
        account, lines = instruction["payee"]["account_number"], instruction["lines"]
        callbacks = plan(message.agency, account, lines, delay=self.delay, silence=self.silence)
        return self.ledger.receive(message, instruction["amount"], callbacks, fault=fault)

    def _check_signature(self, message: Message) -> None:
        """Missing headers, a time more than five minutes off and a wrong signature are all just: not from the portal."""
        try:
            self.seals[message.agency].verify(message.body, dict(message.headers), json_parse=False)
        except (WebhookVerificationError, ValueError):  # ValueError: a header that is not even of the right form
            raise Refusal(401, "bad_signature", "The signature headers are missing, too old or wrong.") from None


async def _read(request: web.Request) -> Message:
    webhook_id = request.headers.get("webhook-id", "")
    return Message(request.match_info["agency"], webhook_id, request.headers, await request.read())


def _since(text: str) -> str:
    """Moments are compared as texts, so the portal's offset is turned into ours first."""
    with suppress(ValueError, OverflowError):
        since = datetime.fromisoformat(text)
        if since.tzinfo is not None:
            return moment(since.timestamp())
    raise Refusal(400, "malformed", "since is not ISO 8601 with an offset, its + written as %2B.")


def _without_message(record: logging.LogRecord) -> bool:
    """Where it failed, without the message of the exception: that could quote a request.

    A portal that hangs up is no failure of ours.
    """
    if record.exc_info and record.exc_info[0]:
        kind, _, trace = record.exc_info
        record.msg, record.args = "%s\n%s", (kind.__name__, "".join(traceback.format_tb(trace)))
        record.exc_info = None
        return not issubclass(kind, ConnectionError)
    return True


log.addFilter(_without_message)
