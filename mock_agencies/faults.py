"""How an agency has been told to misbehave, and what that does to a connection.

Not kept in the file: a restarted agency is a healthy one.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Iterable

from aiohttp import web

from .messages import Refusal

ANSWERS = {
    "server_error": (500, "server_error", "The agency's system is down."),
    "throttle": (429, "too_many_requests", "Too many requests; try again after a second."),
    "bad_request": (400, "bad_request", "The agency does not accept this request."),
}
# Faults that replace the answer, whatever was asked.
BREAKDOWNS = frozenset({"timeout", "reset", "garbage", "redirect", *ANSWERS})
# Faults that only make sense for an instruction, which is taken all the same.
AFTER_TAKING = frozenset({"accept_then_drop", "accept_then_hang", "callback_first", "silent"})
NAMES = sorted(BREAKDOWNS | AFTER_TAKING | {"none"})

HANG = 30.0
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Faults:
    """How each agency has been told to misbehave, and for how many requests still."""

    def __init__(self, agencies: Iterable[str]):
        self._set: dict[str, tuple[str, int | None]] = dict.fromkeys(agencies, ("none", None))

    def set(self, order: dict) -> tuple[str, str, int | None]:
        """Obey {"agency", "fault", "times"}: for that many requests, or until changed if times is null."""
        agency, fault, times = order.get("agency"), order.get("fault"), order.get("times")
        if agency not in list(self._set):
            raise Refusal(400, "unknown_agency", f"agency must be one of: {', '.join(self._set)}.")
        if fault not in NAMES:
            raise Refusal(400, "unknown_fault", f"fault must be one of: {', '.join(NAMES)}.")
        if times is not None and (type(times) is not int or times < 1):
            raise Refusal(400, "bad_times", "times must be a whole number from 1, or null.")
        self._set[agency] = (fault, times)
        return agency, fault, times

    def take(self, agency: str, among: frozenset[str]) -> str:
        """The fault to show for this request, if any; uses one up if they are counted."""
        fault, times = self._set[agency]
        if fault not in among or times == 0:
            return ""
        self._set[agency] = (fault, None if times is None else times - 1)
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
            return web.Response(status=302, headers={"Location": str(request.url.with_path("/healthz"))})
        case _:
            return refuse(Refusal(*ANSWERS[fault]))


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


def refuse(refusal: Refusal) -> web.Response:
    """The answer that carries a refusal."""
    content = {"error": {"code": refusal.code, "message": str(refusal)}}
    headers = {"Retry-After": "1"} if refusal.status == 429 else {}
    return web.json_response(content, status=refusal.status, headers=headers)
