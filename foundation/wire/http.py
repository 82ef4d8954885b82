"""One exchange with an agency or the SMS gateway, in bounds: so many seconds over all, so many bytes, to no other address.

The time-outs of httpx are for one read, and whoever drips a byte a second never meets them. So one client lives in an
event loop of its own, where an exchange can be ended from outside; threads hand theirs in and wait.
"""

import asyncio
import threading
from collections.abc import Mapping
from functools import cache

import httpx
from django.conf import settings

MAX_ANSWER = 1024 * 1024
KEPT = frozenset({"retry-after", "webhook-id", "webhook-timestamp", "webhook-signature"})


class TooLong(Exception):
    """The answer has more bytes than we read."""


def exchange(method: str, url: str, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
    """The whole answer, with the headers that tell who says it and when to come back. Raises TooLong, httpx.HTTPError, and
    TimeoutError after `AGENCY_TIMEOUT_SECONDS`, whatever the other side does meanwhile."""
    loop, client = _running()
    under_way = asyncio.run_coroutine_threadsafe(_exchange(client, method, url, content, headers), loop)
    try:
        return under_way.result(settings.AGENCY_TIMEOUT_SECONDS + 1)
    except TimeoutError:
        under_way.cancel()
        raise


async def _exchange(
    client: httpx.AsyncClient, method: str, url: str, content: bytes, headers: Mapping[str, str]
) -> httpx.Response:
    async with (
        asyncio.timeout(settings.AGENCY_TIMEOUT_SECONDS),
        client.stream(method, url, content=content, headers=headers) as answer,
    ):
        body = bytearray()
        # As it came: what somebody packed may be a thousand times as long, and we asked for nothing packed.
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > MAX_ANSWER:
                raise TooLong
        kept = {name: value for name, value in answer.headers.items() if name in KEPT}
        return httpx.Response(answer.status_code, headers=kept, content=bytes(body))


@cache
def _once() -> tuple[asyncio.AbstractEventLoop, httpx.AsyncClient]:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="agencies", daemon=True).start()
    client = httpx.AsyncClient(follow_redirects=False, timeout=None, headers={"accept-encoding": "identity"})
    return loop, client


def _running() -> tuple[asyncio.AbstractEventLoop, httpx.AsyncClient]:
    """Made with the first exchange, once for all threads of the process: a new client reads all certificates again."""
    with _starting:
        return _once()


_starting = threading.Lock()
