"""Every piece of the log is kept elsewhere as the server writes it; with `zero_loss` no commit is answered before it is."""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

from foundation.backup.server import BackupError, Server

# Under this name the server knows who follows (synchronous_standby_names), and keeps for it what it has not fetched.
NAME = "portal_wal"
AGAIN_SECONDS = 1.0


class Follower:
    """Until it is stopped; whatever breaks off, also the server, is followed again."""

    def __init__(self, server: Server, folder: Path, *, zero_loss: bool = False):
        self.server, self.folder, self.zero_loss = server, folder, zero_loss
        self.over = threading.Event()
        self.receiver: subprocess.Popen[str] | None = None

    def run(self) -> None:
        """Until it is told to end."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._end)
        log = self.folder / "wal"
        log.mkdir(parents=True, exist_ok=True)
        log.chmod(0o700)
        while not self.over.is_set():
            try:
                self._follow(log)
            except BackupError as error:
                sys.stderr.write(f"{error}\n")
            self.over.wait(AGAIN_SECONDS)
        if self.zero_loss:
            # Who ends it in good order means it; only a follower that died may hold up the portal.
            self._wait_for("")

    def _follow(self, log: Path) -> None:
        slot = ("--slot", NAME)
        self.server.run("pg_receivewal", *self.server.reach(), *slot, "--create-slot", "--if-not-exists")
        words = (*self.server.reach(), *slot, "-D", str(log), "--synchronous", "--no-loop")
        with self.server.open("pg_receivewal", *words) as self.receiver:
            try:
                if self.zero_loss:
                    self._wait_for(NAME)
            except BackupError:
                self.receiver.terminate()
                raise

    def _wait_for(self, name: str) -> None:
        self.server.run(
            "psql", *self.server.reach(), "-d", "postgres", "-qc", f"ALTER SYSTEM SET synchronous_standby_names = '{name}'",
            "-c", "SELECT pg_reload_conf()", "-o", "/dev/null",
        )  # fmt: skip

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.over.set()
        if self.receiver is not None:
            self.receiver.terminate()
