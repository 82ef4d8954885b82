"""The counters of the agencies: which path leads where, and what is taken, told, listed and cancelled."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler
from standardwebhooks import Webhook, WebhookVerificationError

from .answers import Answer, sign
from .faults import AFTER_TAKING, BREAKDOWNS, NO_QUESTIONS, SLOW, TELLING, Faults, break_down, hang, hang_up, slow
from .ledger import Ledger
from .mail import Mail
from .messages import Message, Refusal, read_cancellation, read_day, read_instruction
from .rules import AGENCIES, plan

log = logging.getLogger("mock_agencies.desk")

MAX_BODY = 8 * 1024 * 1024
PAGE = 500
LOOK_AGAIN = 0.01
TAKING = AFTER_TAKING | TELLING
# What the counter found out before a request came to its place.
MESSAGE, FAULT = web.RequestKey("message", Message), web.RequestKey("fault", str)


@dataclass
class Desk:
    """What the portal meets."""

    seals: Mapping[str, Webhook]
    ledger: Ledger
    mail: Mail
    delay: float
    silence: float
    faults: Faults = field(default_factory=Faults)

    def add_to(self, app: web.Application) -> None:
        """Bring the paths of the agencies, and what holds for all of them."""
        app.middlewares.append(self._counter)
        refunds = f"/{{agency:{'|'.join(AGENCIES)}}}/refunds"
        app.router.add_post(refunds, self._take, name="take")
        app.router.add_get(refunds, self._list, name="list")
        app.router.add_get(f"{refunds}/{{instruction_id}}", self._ask, name="ask")
        app.router.add_post(f"{refunds}/{{instruction_id}}/cancel", self._cancel, name="cancel")

    @web.middleware
    async def _counter(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every request to an agency: read, perhaps broken down, checked, answered, signed, perhaps slowed."""
        if "agency" not in request.match_info:
            return await handler(request)
        fault, agency = "", request.match_info["agency"]
        try:
            message = request[MESSAGE] = await _read(request)
            fault = request[FAULT] = self._fault(request)
            if fault in BREAKDOWNS:
                self._note(request, fault)
                answer: web.StreamResponse = await break_down(request, fault)
            elif fault == NO_QUESTIONS and _question(request) != "take":
                self._note(request, fault)
                raise web.HTTPMethodNotAllowed(request.method, ["POST"])
            else:
                self._check_signature(message)
                answer = await handler(request)
        except Refusal as refusal:
            self._note(request, refusal.code)
            answer = Answer.of(refusal)
        if not isinstance(answer, Answer):
            return answer
        sign(answer, self.seals[agency], request.headers.get("webhook-id", ""))
        return await slow(request, answer, fault) if fault in SLOW else answer

    async def _take(self, request: web.Request) -> web.Response:
        message, fault = request[MESSAGE], request[FAULT]
        instruction = read_instruction(message)
        account, lines = instruction["payee"]["account_number"], instruction["lines"]
        callbacks = plan(message.agency, account, lines, delay=self.delay, silence=self.silence, fault=fault)
        receipt = self.ledger.receive(message, instruction, callbacks, fault=fault)
        log.info("%s %s: %s", message.agency, receipt["instruction_id"], receipt["receipt"])
        match fault:
            case "accept_then_hang":
                return await hang(request)
            case "accept_then_drop":
                return hang_up(request)
            case "forget":
                self.ledger.forget(message.agency, message.webhook_id)
            case "callback_first":
                while not self.mail.called_back(message):
                    await asyncio.sleep(LOOK_AGAIN)
        return Answer(receipt, 202)

    async def _list(self, request: web.Request) -> web.Response:
        """One page of what this agency got or did on a day; next_after is empty on the last."""
        day, after = read_day(request.query.get("day", "")), request.query.get("after", "")
        found = self.ledger.page(request.match_info["agency"], day=day, after=after, limit=PAGE)
        next_after = found[-1]["instruction_id"] if len(found) == PAGE else ""
        self._note(request, "listed")
        return Answer({"refunds": found, "next_after": next_after})

    async def _ask(self, request: web.Request) -> web.Response:
        row = self.ledger.row(request.match_info["agency"], request.match_info["instruction_id"])
        self._note(request, row["state"])
        return Answer(row)

    async def _cancel(self, request: web.Request) -> web.Response:
        agency, instruction_id = request.match_info["agency"], request.match_info["instruction_id"]
        read_cancellation(request[MESSAGE], instruction_id)
        row = self.ledger.cancel(agency, instruction_id, held=self.faults.silent(agency))
        if row["state"] != "cancelled":
            raise Refusal(409, "not_cancellable", "It is too late to stop this instruction.", **row)
        self._note(request, "cancelled")
        return Answer(row)

    def _fault(self, request: web.Request) -> str:
        among = BREAKDOWNS | SLOW | {NO_QUESTIONS} | (TAKING if _question(request) == "take" else frozenset())
        return self.faults.take(request.match_info["agency"], among, request.headers.get("x-mock-fault", ""))

    def _note(self, request: web.Request, outcome: str) -> None:
        """An instruction with its digest, anything else with what it asked."""
        question, about = _question(request), request.match_info.get("instruction_id", "")
        if question != "take":
            self.ledger.note_question(request.match_info["agency"], question, about, outcome)
        elif message := request.get(MESSAGE):  # none, if it was too large to be read
            self.ledger.note(message, outcome)

    def _check_signature(self, message: Message) -> None:
        """Missing headers, a time more than five minutes off and a wrong signature are all just: not from the portal."""
        try:
            self.seals[message.agency].verify(message.body, dict(message.headers), json_parse=False)
        except (WebhookVerificationError, ValueError):  # ValueError: a header that is not even of the right form
            raise Refusal(401, "bad_signature", "The signature headers are missing, too old or wrong.") from None


def _question(request: web.Request) -> str:
    return request.match_info.route.name or ""


async def _read(request: web.Request) -> Message:
    webhook_id = request.headers.get("webhook-id", "")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "too_large", "The body is over 8 MB.") from None
    return Message(request.match_info["agency"], webhook_id, request.headers, body)
