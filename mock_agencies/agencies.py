"""MockAgencies: the service with all its parts, started and stopped together."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from standardwebhooks import Webhook

from .courier import Courier
from .desk import Desk
from .faults import Faults
from .ledger import Ledger
from .rules import AGENCIES


@dataclass(kw_only=True)
class MockAgencies:
    """Both agencies on one port: `with mock` beside other code, or live() in an event loop.

    `delay` is the time before each event, `silence` the longer one of accounts that end in 03, both in seconds.
    """

    database: Path | str
    portal_url: str
    secrets: Mapping[str, str]
    host: str = "127.0.0.1"
    port: int = 0
    delay: float = 3.0
    silence: float = 60.0

    def __post_init__(self):
        if not self.secrets or not set(self.secrets) <= set(AGENCIES):
            raise ValueError(f"secrets must name some of {AGENCIES}, not {sorted(self.secrets)}")

    async def live(self, opened: Callable[[str, Callable[[], object]], None]) -> None:
        """Serve until told to leave: `opened` is handed the URL, and the way to tell from any thread or signal."""
        leave, loop = asyncio.Event(), asyncio.get_running_loop()
        seals = {agency: Webhook(secret) for agency, secret in self.secrets.items()}
        # One event loop is the only writer of the ledger, so nothing needs a lock.
        with closing(Ledger(Path(self.database))) as ledger:
            for agency in seals:
                ledger.hold(agency, False)  # faults are forgotten by a restart, so what they kept back must go out
            courier = Courier(ledger, self.portal_url, seals)
            desk = Desk(seals, ledger, courier, Faults(seals), self.delay, self.silence)
            async with desk.open(self.host, self.port) as url, courier.run():
                opened(url, lambda: loop.call_soon_threadsafe(leave.set))
                await leave.wait()

    def start(self) -> None:
        """Live in an event loop and a thread of its own."""
        opened: Future = Future()
        self._thread = threading.Thread(target=self._live_here, args=[opened], name="agencies", daemon=True)
        self._thread.start()
        self.url, self._leave = opened.result()

    def stop(self) -> None:
        """Nothing of it is left when this returns."""
        self._leave()
        self._thread.join()

    def agency_url(self, agency: str) -> str:
        """What the portal calls AGENCY_URL."""
        return f"{self.url}/{agency}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _live_here(self, opened: Future) -> None:
        try:
            asyncio.run(self.live(lambda *handle: opened.set_result(handle)))
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)
