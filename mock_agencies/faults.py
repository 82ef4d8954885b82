"""How an agency has been told to misbehave, and what that does to a connection.

Not kept in the file: a restarted agency is a healthy one.
"""

import asyncio
import math
import os
import socket
import struct

from aiohttp import web

from .answers import Answer
from .messages import Refusal
from .rules import AGENCIES

# Faults that replace the answer, whatever was asked.
BREAKDOWNS = frozenset({"timeout", "reset", "garbage", "redirect", "server_error", "throttle", "bad_request"})
BREAKDOWNS |= {"unauthorized", "forbidden", "not_found", "unprocessable", "unavailable"}
# Faults that give the true answer, late, whatever was asked.
SLOW = frozenset({"delay", "drip"})
# Faults that only make sense for an instruction, which is taken all the same.
AFTER_TAKING = frozenset({"accept_then_drop", "accept_then_hang", "callback_first", "silent", "forget"})
# An agency of the old kind: it takes instructions and answers no question about them, and a repeated one it turns away.
NO_QUESTIONS = "takes_no_questions"
# Faults of what is told later about an instruction.
TELLING = frozenset({"repeat", "reorder", "contradict", "late_bounce"})
# No fault: all that is due by now is told as one file, as long as it is set.
IN_FILES = "in_files"
NAMES = sorted(BREAKDOWNS | SLOW | AFTER_TAKING | TELLING | {NO_QUESTIONS, IN_FILES, "none"})

HANG = 30.0
DELAY = 2.0
DRIP = 0.2  # seconds for each byte: half a minute for a receipt
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Faults:
    """How each agency has been told to misbehave, and for how many requests still."""

    def __init__(self) -> None:
        self._set: dict[str, tuple[str, float]] = dict.fromkeys(AGENCIES, ("none", math.inf))

    def set(self, order: dict) -> tuple[str, str, int | None]:
        """Obey {"agency", "fault", "times"}: for that many requests, or until changed if times is null."""
        agency, fault, times = order.get("agency"), order.get("fault"), order.get("times")
        counted = type(times) is int and times > 0
        if agency not in AGENCIES or fault not in NAMES or not (counted or times is None):
            raise Refusal(400, "malformed", f"An order is an agency, times (from 1, or null) and a fault of {NAMES}.")
        self._set[agency] = (fault, times or math.inf)
        return agency, fault, times

    def now(self) -> list[tuple[str, str, int | None]]:
        """(agency, fault, times still) of each; no times: until changed."""
        left = {
            agency: ("none", math.inf) if times == 0 else (fault, times) for agency, (fault, times) in self._set.items()
        }
        return [(agency, fault, None if times == math.inf else int(times)) for agency, (fault, times) in left.items()]

    def silent(self, agency: str) -> bool:
        """Whether it keeps back everything until told otherwise."""
        return self._set[agency] == ("silent", math.inf)

    def in_files(self, agency: str) -> bool:
        """Whether it hands in files of results instead of telling them one by one."""
        return self._set[agency] == (IN_FILES, math.inf)

    def take(self, agency: str, among: frozenset[str], asked: str = "") -> str:
        """The fault to show for this request, if any: the one it asks for itself, else the one set, which uses one up."""
        if asked:
            if asked not in NAMES:
                raise Refusal(400, "malformed", f"x-mock-fault is none of {NAMES}.")
            return asked if asked in among else ""
        fault, times = self._set[agency]
        if fault not in among or times == 0:
            return ""
        self._set[agency] = (fault, times - 1)
        return fault


async def break_down(request: web.Request, fault: str) -> web.Response:
    """Show one of the BREAKDOWNS."""
    match fault:
        case "timeout":
            return await hang(request)
        case "reset":
            return hang_up(request, reset=True)
        case "garbage":  # no JSON in any encoding begins like this
            return web.Response(body=b"\xff\xff" + os.urandom(98), content_type="application/json", charset="utf-8")
        case "redirect":  # whoever follows it meets a 200
            raise web.HTTPFound(request.url.with_path("/control/seen"))
        case "bad_request" | "unprocessable":
            status = 400 if fault == "bad_request" else 422
            return Answer.of(Refusal(status, fault, "The agency does not accept this request."))
    raise _as_a_gateway(fault)


def _as_a_gateway(fault: str) -> web.HTTPException:
    """What stands before the agency answers in its stead, neither in JSON nor signed."""
    match fault:
        case "throttle":
            return web.HTTPTooManyRequests(headers={"Retry-After": "1"})
        case "unavailable":
            return web.HTTPServiceUnavailable(headers={"Retry-After": "1"})
        case "unauthorized":
            return web.HTTPUnauthorized()
        case "forbidden":
            return web.HTTPForbidden()
        case "not_found":
            return web.HTTPNotFound()
    return web.HTTPInternalServerError()


async def slow(request: web.Request, answer: Answer, fault: str) -> web.StreamResponse:
    """Give the answer as one of SLOW does."""
    if fault == "drip":
        return await _drip(request, answer)
    await asyncio.sleep(DELAY)
    return answer


async def _drip(request: web.Request, answer: Answer) -> web.StreamResponse:
    body = (answer.text or "").encode()
    dripping = web.StreamResponse(status=answer.status, headers=answer.headers)
    dripping.content_length = len(body)
    await dripping.prepare(request)
    for byte in body:
        await dripping.write(bytes([byte]))
        await asyncio.sleep(DRIP)
    return dripping


async def hang(request: web.Request) -> web.Response:
    """Say nothing for a long time, then hang up."""
    await asyncio.sleep(HANG)
    return hang_up(request)


def hang_up(request: web.Request, *, reset: bool = False) -> web.Response:
    """Close the connection without an answer; the one returned here has nowhere to go."""
    if transport := request.transport:  # else the portal hung up first
        if reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        transport.abort()
    return web.Response()
