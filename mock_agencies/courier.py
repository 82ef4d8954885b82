"""Tells the portal what happened, again and again until it answers 2xx."""

import logging
import queue
import threading
import time
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from .outbox import Event, Outbox
from .store import StoreClosed

log = logging.getLogger("mock_agencies.courier")

TIMEOUT = httpx.Timeout(15.0, connect=2.0)
CARRIERS = 4
QUEUE = 2 * CARRIERS
IDLE = 1.0


class Courier:
    """One thread looks for what is due, a few carry it, so that one slow answer does not hold up the rest."""

    def __init__(self, outbox: Outbox, portal_url: str, seals: dict[str, Webhook]):
        self._outbox = outbox
        self._portal_url = portal_url.rstrip("/")
        self._seals = seals
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._under_way: set[int] = set()
        self._to_carry: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        # A proxy from the environment must not see these messages, and a redirect must not take them elsewhere.
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False)
        # Daemons: a portal that never answers must not keep the process alive.
        self._threads = [threading.Thread(target=self._dispatch, name="courier", daemon=True)]
        for number in range(CARRIERS):
            self._threads.append(threading.Thread(target=self._carry, name=f"carrier-{number}", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be something new to tell."""
        self._wake.set()

    def stop(self, patience: float) -> None:
        """Leave what is not delivered to the next start; it is in the file."""
        self._stopping.set()
        self._wake.set()
        for _ in range(CARRIERS):
            self._to_carry.put(None)
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if not any(thread.is_alive() for thread in self._threads):
            self._client.close()

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._wake.wait(self._hand_out())
            except StoreClosed:
                return

    def _hand_out(self) -> float:
        """Give the carriers what is due; return how long to rest."""
        now = time.time()
        # Copied before looking: an event delivered in between would otherwise be seen as waiting and not under way.
        under_way = set(self._under_way)
        ready = [event for event in self._outbox.ready(now, limit=QUEUE) if event.key not in under_way]
        for event in ready[: QUEUE - len(under_way)]:
            self._under_way.add(event.key)
            self._to_carry.put(event)
        next_due = self._outbox.next_due(now)
        return IDLE if next_due is None else max(0.0, min(IDLE, next_due - time.time()))

    def _carry(self) -> None:
        while (event := self._to_carry.get()) and not self._stopping.is_set():
            try:
                self._deliver(event)
            except StoreClosed:
                return
            self._under_way.discard(event.key)
            self._wake.set()

    def _deliver(self, event: Event) -> None:
        answer = self._post(event)
        log.info("%s %s %s: %s", event.agency, event.instruction_id, event.event, answer)
        if answer.startswith("2"):
            self._outbox.delivered(event, answer)
        else:
            self._outbox.failed(event, answer)

    def _post(self, event: Event) -> str:
        """The status the portal answered with, or the name of what went wrong."""
        url = f"{self._portal_url}/handoff/callbacks/{event.agency}/"
        try:
            answer = self._client.post(url, content=event.body.encode(), headers=self._headers(event))
        except httpx.HTTPError as error:
            return type(error).__name__
        return str(answer.status_code)

    def _headers(self, event: Event) -> dict[str, str]:
        """Signed anew each time: the id stays, the timestamp must be fresh."""
        now = datetime.now(UTC)
        return {
            "content-type": "application/json; charset=utf-8",
            "webhook-id": event.webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._seals[event.agency].sign(event.webhook_id, now, event.body),
        }
