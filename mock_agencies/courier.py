"""Tells the portal what happened, again and again until it answers 2xx."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import aiohttp
from standardwebhooks import Webhook

from .ledger import Ledger

log = logging.getLogger("mock_agencies.courier")

TIMEOUT = aiohttp.ClientTimeout(total=15.0, sock_connect=2.0)
AT_ONCE = 8  # so that one slow answer does not hold up the rest
IDLE = 1.0
PATIENCE = 0.2


class Courier:
    """Carries what is due, a few events at a time."""

    def __init__(self, ledger: Ledger, portal_url: str, seals: Mapping[str, Webhook]):
        self._ledger, self._seals = ledger, seals
        self._portal_url = portal_url.rstrip("/")
        self._wake = asyncio.Event()
        self._under_way: dict[int, asyncio.Task] = {}

    def wake(self) -> None:
        """There may be something new to tell."""
        self._wake.set()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Tell as long as the context lasts. What is not told by then is in the file, for the next start."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as portal, asyncio.TaskGroup() as tasks:
            handing_out = tasks.create_task(self._hand_out(portal, tasks))
            yield
            handing_out.cancel()
            if self._under_way:
                await asyncio.wait(self._under_way.values(), timeout=PATIENCE)
            for task in self._under_way.values():
                task.cancel()

    async def _hand_out(self, portal: aiohttp.ClientSession, tasks: asyncio.TaskGroup) -> None:
        while True:
            self._wake.clear()
            rest = IDLE
            for event in self._ledger.waiting(2 * AT_ONCE):
                if event["due"] > time.time():
                    rest = min(rest, event["due"] - time.time())
                elif event["key"] not in self._under_way and len(self._under_way) < AT_ONCE:
                    self._under_way[event["key"]] = tasks.create_task(self._deliver(portal, event))
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._wake.wait()

    async def _deliver(self, portal: aiohttp.ClientSession, event: dict) -> None:
        answer = await self._post(portal, event)
        log.info("%s %s %s: %s", event["agency"], event["instruction_id"], event["event"], answer)
        self._ledger.answered(event, answer)
        del self._under_way[event["key"]]
        self._wake.set()

    async def _post(self, portal: aiohttp.ClientSession, event: dict) -> str:
        """The status the portal answered with, or the name of what went wrong."""
        url = f"{self._portal_url}/handoff/callbacks/{event['agency']}/"
        message = {"data": event["body"].encode(), "headers": self._headers(event)}
        try:
            # A redirect must not take the message elsewhere.
            async with portal.post(url, **message, allow_redirects=False) as answer:
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__

    def _headers(self, event: dict) -> dict[str, str]:
        """Signed anew each time: the id stays, the timestamp must be fresh."""
        now = datetime.now(UTC)
        return {
            "content-type": "application/json; charset=utf-8",
            "webhook-id": event["webhook_id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._seals[event["agency"]].sign(event["webhook_id"], now, event["body"]),
        }
