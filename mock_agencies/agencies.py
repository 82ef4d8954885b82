"""MockAgencies: the service with all its parts, started and stopped together; and run(), the same as a command."""

import asyncio
import logging
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from .book import Book
from .control import Control
from .courier import Courier
from .desk import Desk
from .ledger import Ledger
from .mail import Mail
from .page import Page
from .rules import AGENCIES
from .server import serve
from .sight import Sight
from .texts import Texts

log = logging.getLogger("mock_agencies")


@dataclass(kw_only=True)
class MockAgencies:
    """Both agencies on one port: `with mock` in a thread beside other code, or `async with mock.open()`.

    With a secret for `sms` there is a gateway for SMS beside them.
    `delay` is the time before each event, `silence` the longer one of accounts that end in 03, both in seconds.
    """

    database: Path | str
    portal_url: str
    secrets: Mapping[str, str]
    port: int = 0
    delay: float = 3.0
    silence: float = 60.0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Serve as long as the context lasts; gives the URL."""
        seals = {agency: Webhook(self.secrets[agency]) for agency in AGENCIES}
        # One event loop is the only writer of the book, so nothing needs a lock.
        with closing(Book(Path(self.database))) as book:
            ledger, mail, sight = Ledger(book), Mail(book), Sight(book)
            desk = Desk(seals, ledger, mail, self.delay, self.silence)
            control = Control(ledger, mail, sight, desk.faults)
            texts = Texts(book, Webhook(self.secrets["sms"])) if "sms" in self.secrets else None
            parts = [part.add_to for part in (desk, control, Page(control, sight, texts), texts) if part]
            courier = Courier(mail, self.portal_url, seals, desk.faults.in_files)
            async with serve(self.port, parts) as url, asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(courier.run())
                yield url
                telling.cancel()

    def __enter__(self) -> Self:
        opened: Future = Future()
        self._thread = threading.Thread(target=asyncio.run, args=[self._live(opened)], name="agencies", daemon=True)
        self._thread.start()
        self.url, self._leave = opened.result(timeout=10)
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing of it is left when this returns."""
        self._leave()
        self._thread.join()

    async def _live(self, opened: Future) -> None:
        """Until told to leave from the other thread."""
        leave, loop = asyncio.Event(), asyncio.get_running_loop()
        async with self.open() as url:
            opened.set_result((url, lambda: loop.call_soon_threadsafe(leave.set)))
            await leave.wait()


def run(environ: Mapping[str, str] = os.environ) -> None:
    """Serve until SIGTERM or SIGINT, in the main thread.

    Everything is set by the environment, secrets above all: arguments can be read by every user of the machine.
    """
    mock = MockAgencies(
        secrets={name: _secret(environ, variable) for name, variable in _variables(environ).items()},
        portal_url=environ.get("PORTAL_URL", "http://127.0.0.1:8000"),
        database=environ.get("MOCK_DATABASE", ".data/agencies.sqlite3"),
        port=int(environ.get("MOCK_PORT", "8101")),
        delay=float(environ.get("MOCK_DELAY", "3")),
        silence=float(environ.get("MOCK_SILENCE", "60")),
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        asyncio.run(_serve(mock))
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"The mock agencies cannot start on port {mock.port} with {mock.database}: {error}")


async def _serve(mock: MockAgencies) -> None:
    leave = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, leave.set)
    async with mock.open() as url:
        log.info("mock agencies at %s, portal at %s; what they hold: %s/", url, mock.portal_url, url)
        await leave.wait()


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Where each secret stands; that of the SMS gateway may be missing, then there is none."""
    agencies = {agency: f"AGENCY_{agency.upper()}_SECRETS" for agency in AGENCIES}
    return agencies | ({"sms": "SMS_GATEWAY_SECRETS"} if environ.get("SMS_GATEWAY_SECRETS") else {})


def _secret(environ: Mapping[str, str], name: str) -> str:
    """The first of the list: the portal puts the secret in use first and those it still accepts behind it."""
    secret = environ.get(name, "").split(",")[0].strip()
    try:
        Webhook(secret)
    except (ValueError, EmptyWebhookSecretError):
        sys.exit(f"{name} is not set to a secret shared with this agency: whsec_ and then base64.")
    return secret
