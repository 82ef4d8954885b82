"""`manage.py demo` as a process of its own: started, awaited, and stopped by Ctrl-C without leaving anything behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 150
STOP_SECONDS = 45
# The demo decides for itself; nothing of the test run's own database or secrets may reach it.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "VIRTUAL_ENV")


@dataclass
class Demo:
    """The running portal. `sessions` keeps who has signed in already, so that one sign-in per person is enough."""

    url: str
    data: Path
    sessions: dict[str, dict] = field(default_factory=dict)


@contextmanager
def running_demo() -> Iterator[Demo]:
    # Short, because a unix socket's path may have 107 bytes.
    data = Path(tempfile.mkdtemp(prefix="demo-", dir="/tmp"))
    log, port = data / "demo.log", _free_port()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"PORTAL_DATA": str(data), "PORT": str(port), "MOCK_DELAY": "0.5", "MOCK_SILENCE": "2"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{port}", log)
            yield Demo(f"http://127.0.0.1:{port}", data)
        finally:
            left = _stop(process, data)
            words = _end_of(log)
            shutil.rmtree(data, ignore_errors=True)
    assert process.returncode == 0, f"manage.py demo ended with {process.returncode} after Ctrl-C:\n{words}"
    assert left == [], f"manage.py demo left processes behind:\n{left}\n{words}"


def _wait_until_ready(process, url, log) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"manage.py demo was not ready after {READY_SECONDS} seconds:\n{_end_of(log)}")


def _stop(process, data) -> list[str]:
    """Press Ctrl-C, wait, and return what is still running. That is killed, so that one failure does not cause others."""
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    _gone, alive = psutil.wait_procs([*family, *_holding(data)], timeout=2)
    left = [f"{one.pid} {one.name()}" for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    for one in alive:
        one.kill()
    return left


def _holding(data) -> list[psutil.Process]:
    """Whoever has the demo's data directory on its command line: its PostgreSQL, above all."""
    return [one for one in psutil.process_iter(["cmdline"]) if str(data) in " ".join(one.info["cmdline"] or [])]


def _end_of(log) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
