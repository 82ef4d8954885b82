"""Tells the portal what happened, again and again until it answers 2xx."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from standardwebhooks import Webhook

from .answers import signature
from .mail import Mail

log = logging.getLogger("mock_agencies.courier")

TIMEOUT = aiohttp.ClientTimeout(total=15.0, sock_connect=2.0)
AT_ONCE = 8  # so that one slow answer does not hold up the rest
LOOK_AGAIN = 0.05


@dataclass
class Courier:
    """Carries what is due, a few events at a time."""

    mail: Mail
    portal_url: str
    seals: Mapping[str, Webhook]
    _under_way: set[int] = field(default_factory=set)

    async def run(self) -> None:
        """Tell until cancelled. What is not told by then is in the file, for the next start."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as portal, asyncio.TaskGroup() as tasks:
            while True:
                for event in self.mail.due(AT_ONCE):
                    if event["key"] not in self._under_way:
                        self._under_way.add(event["key"])
                        tasks.create_task(self._deliver(portal, event))
                await asyncio.sleep(LOOK_AGAIN)

    async def _deliver(self, portal: aiohttp.ClientSession, event: dict) -> None:
        answer = await self._post(portal, event)
        log.info("%s %s %s: %s", event["agency"], event["instruction_id"], event["event"], answer)
        self.mail.answered(event, answer)
        self._under_way.remove(event["key"])

    async def _post(self, portal: aiohttp.ClientSession, event: dict) -> str:
        """The status the portal answered with, or the name of what went wrong."""
        agency, webhook_id, body = event["agency"], event["webhook_id"], event["body"]
        # Signed anew each time: the id stays, the timestamp must be fresh.
        headers = {"content-type": "application/json; charset=utf-8", **signature(self.seals[agency], webhook_id, body)}
        url = f"{self.portal_url.rstrip('/')}/handoff/callbacks/{agency}/"
        try:
            # A redirect must not take the message elsewhere.
            async with portal.post(url, data=body.encode(), headers=headers, allow_redirects=False) as answer:
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__
