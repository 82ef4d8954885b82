"""Tells the portal what happened, again and again until it answers 2xx."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from standardwebhooks import Webhook

from .answers import signature
from .mail import Mail

log = logging.getLogger("mock_agencies.courier")

TIMEOUT = aiohttp.ClientTimeout(total=15.0, sock_connect=2.0)
AT_ONCE = 8  # so that one slow answer does not hold up the rest
LOOK_AGAIN = 0.05
MOST_IN_A_FILE = 100_000


@dataclass
class Courier:
    """Carries what is due, a few events at a time."""

    mail: Mail
    portal_url: str
    seals: Mapping[str, Webhook]
    in_files: Callable[[str], bool]
    _under_way: set[int] = field(default_factory=set)

    async def run(self) -> None:
        """Tell until cancelled. What is not told by then is in the file, for the next start."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as portal, asyncio.TaskGroup() as tasks:
            while True:
                for agency in filter(self.in_files, self.seals):
                    await self._hand_in(portal, agency)
                for event in self.mail.due(AT_ONCE):
                    if event["key"] not in self._under_way and not self.in_files(event["agency"]):
                        self._under_way.add(event["key"])
                        tasks.create_task(self._deliver(portal, event))
                await asyncio.sleep(LOOK_AGAIN)

    async def _deliver(self, portal: aiohttp.ClientSession, event: dict) -> None:
        answer = await self._post(portal, event)
        log.info("%s %s %s: %s", event["agency"], event["instruction_id"], event["event"], answer)
        self.mail.answered(event, answer)
        self._under_way.remove(event["key"])

    async def _hand_in(self, portal: aiohttp.ClientSession, agency: str) -> None:
        """All that is due of it as one file; told again as another one when the portal does not take it."""
        due = [one for one in self.mail.due(MOST_IN_A_FILE) if one["agency"] == agency]
        events = [one for one in due if one["key"] not in self._under_way]
        if events:
            body = "\n".join(event["body"] for event in events)
            webhook_id = f"file_{hashlib.sha256(body.encode()).hexdigest()}"
            answer = await self._send(portal, f"results/{agency}/", agency, webhook_id, body)
            log.info("%s a file of %s: %s", agency, len(events), answer)
            for event in events:
                self.mail.answered(event, answer)

    async def _post(self, portal: aiohttp.ClientSession, event: dict) -> str:
        agency = event["agency"]
        return await self._send(portal, f"callbacks/{agency}/", agency, event["webhook_id"], event["body"])

    async def _send(self, portal: aiohttp.ClientSession, door: str, agency: str, webhook_id: str, body: str) -> str:
        """The status the portal answered with, or the name of what went wrong."""
        # Signed anew each time: the id stays, the timestamp must be fresh.
        headers = {"content-type": "application/json; charset=utf-8", **signature(self.seals[agency], webhook_id, body)}
        url = f"{self.portal_url.rstrip('/')}/handoff/{door}"
        try:
            # A redirect must not take the message elsewhere.
            async with portal.post(url, data=body.encode(), headers=headers, allow_redirects=False) as answer:
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__
