"""The HTTP side: which path leads where, and what an agency takes: what is signed and well-formed."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from .courier import Courier
from .faults import AFTER_TAKING, BREAKDOWNS, HANG, Faults, break_down, hang, hang_up, refuse
from .ledger import Ledger
from .messages import Message, Refusal, parse, read_instruction
from .rules import moment, plan

log = logging.getLogger("mock_agencies.desk")

MAX_BODY = 8 * 1024 * 1024
PAGE = 500
EPOCH = "1970-01-01T00:00:00Z"
LOOK_AGAIN = 0.01
PATIENCE = 0.1  # for answers that are being written when the service is to stop; aiohttp takes it twice


@dataclass
class Desk:
    """The counters of the agencies behind one address."""

    seals: Mapping[str, Webhook]
    ledger: Ledger
    courier: Courier
    faults: Faults
    delay: float
    silence: float

    @asynccontextmanager
    async def open(self, host: str, port: int) -> AsyncIterator[str]:
        """Answer as long as the context lasts; gives the URL."""
        runner = web.AppRunner(
            self._app(), access_log=None, logger=log, shutdown_timeout=PATIENCE, auto_decompress=False
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            host, port = runner.addresses[0][:2]
            yield f"http://{host}:{port}"
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_refuse_in_json], client_max_size=MAX_BODY)
        refunds = f"/{{agency:{'|'.join(self.seals)}}}/refunds"
        app.router.add_post(refunds, self._take)
        app.router.add_get(refunds, self._list, allow_head=False)
        app.router.add_get("/healthz", self._healthz, allow_head=False)
        app.router.add_post("/control", self._control)
        app.router.add_get("/control/seen", self._seen, allow_head=False)
        return app

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _control(self, request: web.Request) -> web.Response:
        agency, fault, times = self.faults.set(parse(await request.read()))
        self.ledger.hold(agency, fault == "silent" and times is None)
        self.courier.wake()
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
        asked = request.query
        limit, since = _limit(asked.get("limit") or str(PAGE)), _since(asked.get("since") or EPOCH)
        found = self.ledger.page(message.agency, since=since, after=asked.get("after", ""), limit=limit + 1)
        next_after = found[limit - 1]["instruction_id"] if len(found) > limit else ""
        return web.json_response({"refunds": found[:limit], "next_after": next_after})

    async def _take(self, request: web.Request) -> web.Response:
        message = await _read(request)
        fault = self.faults.take(message.agency, BREAKDOWNS | AFTER_TAKING)
        if fault in BREAKDOWNS:
            self.ledger.note(message, fault)
            return await break_down(request, fault)
        receipt = self._enter(message, fault)
        self.courier.wake()
        log.info("%s %s: %s", message.agency, receipt["instruction_id"], receipt["receipt"])
        match fault:
            case "accept_then_hang":
                return await hang(request)
            case "accept_then_drop":
                return hang_up(request)
            case "callback_first":
                await self._wait_for_callback(message)
        return web.json_response(receipt, status=202)

    def _enter(self, message: Message, fault: str) -> dict:
        """The receipt for an instruction; a request that is refused is kept too."""
        try:
            self._check_signature(message)
            instruction = read_instruction(message)
            account, lines = instruction["payee"]["account_number"], instruction["lines"]
            callbacks = plan(message.agency, account, lines, delay=self.delay, silence=self.silence)
            return self.ledger.receive(message, instruction["amount"], callbacks, fault=fault)
        except Refusal as refusal:
            self.ledger.note(message, refusal.code)
            raise

    async def _wait_for_callback(self, message: Message) -> None:
        """The portal hears the result before it hears that its own request was taken."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG):
                while not self.ledger.called_back(message):
                    await asyncio.sleep(LOOK_AGAIN)

    def _check_signature(self, message: Message) -> None:
        """Missing headers, a time more than five minutes off and a wrong signature are all just: not from the portal.

        The library lets ValueError through for a header that is not even of the right form.
        """
        try:
            self.seals[message.agency].verify(message.body, dict(message.headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            raise Refusal(401, "bad_signature", "The signature headers are missing, too old or wrong.") from None


async def _read(request: web.Request) -> Message:
    if "transfer-encoding" in request.headers:
        raise Refusal(411, "length_required", "The request needs a Content-Length.")
    webhook_id = request.headers.get("webhook-id", "")
    return Message(request.match_info["agency"], webhook_id, request.headers, await request.read())


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= PAGE):
        raise Refusal(400, "bad_limit", f"limit must be a whole number from 1 to {PAGE}.")
    return int(text)


def _since(text: str) -> str:
    """Moments are compared as texts, so the portal's offset is turned into ours first."""
    with suppress(ValueError, OverflowError):
        since = datetime.fromisoformat(text)
        if since.tzinfo is not None:
            return moment(since.timestamp())
    raise Refusal(400, "bad_since", "since must be ISO 8601 with an offset, its + written as %2B.")


@web.middleware
async def _refuse_in_json(request: web.Request, handler) -> web.StreamResponse:
    """What aiohttp refuses by itself gets an answer of the same form."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refuse(refusal)
    except web.HTTPRequestEntityTooLarge:
        return refuse(Refusal(413, "too_large", f"The body is larger than {MAX_BODY} bytes."))
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return refuse(Refusal(404, "not_found", "There is nothing at this path."))


def _without_message(record: logging.LogRecord) -> bool:
    """Where it failed, without the message of the exception: that could quote a request.

    A portal that hangs up is no failure of ours.
    """
    kind, _, trace = record.exc_info or (None, None, None)
    if kind is not None:
        record.msg, record.args = "%s\n%s", (kind.__name__, "".join(traceback.format_tb(trace)))
        record.exc_info = None
        return not issubclass(kind, ConnectionError)
    return True


log.addFilter(_without_message)
