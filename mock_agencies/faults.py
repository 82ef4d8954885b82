"""How an agency has been told to misbehave, and what that does to a connection.

Not kept in the file: a restarted agency is a healthy one.
"""

import asyncio
import math
import os
import socket
import struct

from aiohttp import web

from .messages import Refusal
from .rules import AGENCIES

# Faults that replace the answer, whatever was asked.
BREAKDOWNS = frozenset({"timeout", "reset", "garbage", "redirect", "server_error", "throttle", "bad_request"})
# Faults that only make sense for an instruction, which is taken all the same.
AFTER_TAKING = frozenset({"accept_then_drop", "accept_then_hang", "callback_first", "silent"})
NAMES = sorted(BREAKDOWNS | AFTER_TAKING | {"none"})

HANG = 30.0
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

    def take(self, agency: str, among: frozenset[str]) -> str:
        """The fault to show for this request, if any; uses one up if they are counted."""
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
        case "throttle":
            raise web.HTTPTooManyRequests(headers={"Retry-After": "1"})
        case "bad_request":
            raise Refusal(400, fault, "The agency does not accept this request.")
        case _:
            raise web.HTTPInternalServerError


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
