"""MockAgencies: the service with all its parts, started and stopped together."""

from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from standardwebhooks import Webhook

from .courier import Courier
from .desk import Desk
from .faults import Faults
from .ledger import Ledger
from .outbox import Outbox
from .rules import AGENCIES
from .server import Server
from .service import Handler
from .store import Store

# Together well under the second in which the service must be gone.
PATIENCE = 0.3


class MockAgencies:
    """Both agencies on one port; use it as a context manager in tests, or call serve_forever().

    `delay` is the time before each event, `silence` the longer one of accounts that end in 03, both in seconds.
    """

    def __init__(
        self,
        *,
        database: Path | str,
        portal_url: str,
        secrets: Mapping[str, str],
        host: str = "127.0.0.1",
        port: int = 0,
        delay: float = 3.0,
        silence: float = 60.0,
    ):
        unknown = set(secrets) - set(AGENCIES)
        if unknown or not secrets:
            raise ValueError(f"secrets must name some of {AGENCIES}, not {sorted(unknown)}")
        self._seals = {agency: Webhook(secret) for agency, secret in secrets.items()}
        self._database, self._portal_url = Path(database), portal_url
        self._address = (host, port)
        self._delay, self._silence = delay, silence
        self._leave: SimpleQueue[None] = SimpleQueue()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host}:{port}"

    def agency_url(self, agency: str) -> str:
        """What the portal calls AGENCY_URL."""
        return f"{self.url}/{agency}"

    def start(self) -> None:
        parts = self._build_parts()
        try:
            self._server = Server(self._address, type("BoundHandler", (Handler,), parts))
        except OSError:
            self._store.close()
            raise
        self._courier.start()
        self._server.start()

    def stop(self) -> None:
        self._courier.stop(PATIENCE)
        self._server.stop(PATIENCE)
        self._store.close()

    def serve_forever(self) -> None:
        """Run until request_stop()."""
        with self:
            self.wait()

    def wait(self) -> None:
        self._leave.get()

    def request_stop(self) -> None:
        """Safe to call from a signal handler, which a SimpleQueue is and an Event is not."""
        self._leave.put(None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _build_parts(self) -> dict:
        """What the handler of a connection needs to know."""
        self._store = Store(self._database)
        ledger, outbox = Ledger(self._store), Outbox(self._store)
        for agency in self._seals:
            outbox.release(agency)  # faults are forgotten by a restart, so what they kept back must go out
        self._courier = Courier(outbox, self._portal_url, self._seals)
        return {
            "agencies": tuple(self._seals),
            "desk": Desk(ledger, self._seals, delay=self._delay, silence=self._silence),
            "ledger": ledger,
            "outbox": outbox,
            "courier": self._courier,
            "faults": Faults(tuple(self._seals)),
        }
