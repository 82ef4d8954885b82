"""A PostgreSQL server as its own tools see it: where they are, how they reach it, and whose its files are."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation import embedded

# Recovery reads all of the log since the base copy before the server answers.
START_SECONDS = 24 * 3600
INSTALLED = Path("/usr/lib/postgresql")


class BackupError(Exception):
    """It could not be done. Its text is a sentence for whoever runs the portal."""


@dataclass(frozen=True)
class Server:
    """`bin` are the tools of its own version: those of another refuse it. `system_user` owns the files where root may not."""

    bin: Path
    data: Path
    host: str
    port: str = "5432"
    user: str = "postgres"
    system_user: str | None = None

    def run(self, tool: str, *words: str, as_owner: bool = False, timeout: float | None = None) -> str:
        """What the tool says; raises `BackupError` with its last line."""
        user = self.system_user if as_owner else None
        # A file, because a server that is started here would hold a pipe open for ever.
        told = subprocess.run(
            [self._path(tool), *words],
            user=user,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if told.returncode:
            last = (told.stderr or told.stdout).strip().splitlines() or ["没有说明原因"]
            raise BackupError(f"{tool} 没有做成：{last[-1]}。")
        return told.stdout

    def open(self, tool: str, *words: str) -> "subprocess.Popen[str]":
        """The tool as a process that goes on, known to the server as `portal_wal`."""
        env = os.environ | {"PGAPPNAME": "portal_wal"}
        return subprocess.Popen([self._path(tool), *words], env=env, stdin=subprocess.DEVNULL, text=True)

    def reach(self) -> Sequence[str]:
        """How a tool is told which server it is."""
        return ("-h", self.host, "-p", self.port, "-U", self.user, "-w")

    def ask(self, query: str) -> str:
        """What one query answers."""
        return self.run("psql", *self.reach(), "-d", "postgres", "-Atqc", query).strip()

    def is_running(self) -> bool:
        """Whether somebody works in its files."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except PermissionError:
            return True
        except (OSError, ValueError, IndexError):
            return False
        return True

    def start(self) -> None:
        """Until it answers, however long it recovers; it listens where only this process looks."""
        log = str(self.data / "log")
        words = ("-s", "-w", "-t", str(START_SECONDS), "-D", str(self.data), "-l", log, "-o", f"-h '' -k {self.host}")
        done = subprocess.run(
            [self._path("pg_ctl"), *words, "start"],
            user=self.system_user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        if done.returncode:
            raise BackupError(f"恢复出来的数据库没有启动，原因在 {log} 的最后几行。")

    def stop(self) -> None:
        """In good order."""
        self.run("pg_ctl", "-s", "-w", "-m", "fast", "-D", str(self.data), "stop", as_owner=True)

    def _path(self, tool: str) -> str:
        return str(self.bin / tool)


def of_the_wheel(data: Path, *, start: bool) -> Server:
    """The embedded server under `data`; with `start` it is started or joined, otherwise only its files are meant."""
    owner = "pgserver" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    tools = embedded.tools(data)
    if not start:
        return Server(tools, data / "pg", host=str(data / "pg"), system_user=owner)
    at = embedded.address(data)
    return Server(tools, data / "pg", host=at["host"], port=at.get("port", "5432"), user=at["user"], system_user=owner)


def of_the_system(host: str, port: str, user: str, data: Path) -> Server:
    """A server that was installed; its newest tools stand in /usr/lib/postgresql, or in the path."""
    found = sorted(INSTALLED.glob("*/bin"), key=lambda path: int(path.parent.name))
    tool = shutil.which("pg_basebackup")
    if not found and tool is None:
        raise BackupError("这台机器上没有 pg_basebackup，请安装 postgresql-client。")
    tools = found[-1] if found else Path(str(tool)).resolve().parent
    return Server(tools, data, host=host, port=port, user=user)
