"""Rounds in turn, A B A B: what is near in time is compared, and the median says how the sides stand to each other."""

import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Protocol


@dataclass(frozen=True)
class Sample:
    """What one side did in one round. `cpu` is the seconds that its own processes had a core, whatever the clock said."""

    operations: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.operations / self.wall


Side = Callable[[], Sample]


class Row(Protocol):
    """A module under `rows`: what is measured, beside what, and what we aim at."""

    SIZE: int  # operations in a round
    AIM: float
    RATIOS: Mapping[str, tuple[str, str]]  # of which sides, by name

    def sides(self, size: int) -> AbstractContextManager[dict[str, Side]]:
        """Everything is ready inside. Whoever leaves it well has broken no promise of the house."""


class Stopwatch:
    """`with Stopwatch() as watch: …; watch.sample(n)`: this process alone."""

    def __enter__(self) -> "Stopwatch":
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *error: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu

    def sample(self, operations: int) -> Sample:
        return Sample(operations, self.wall, self.cpu)


def measure(name: str, row: Row, *, rounds: int, size: int) -> dict[str, Any]:
    """One line of results. The first round, in which everything is still cold, is thrown away where there are several."""
    samples: dict[str, list[Sample]] = {}
    before = os.getloadavg()[0]  # whoever else is at work
    with row.sides(size) as sides:
        for number in range(rounds + (rounds > 1)):
            for side, run in sides.items():
                sample = run()
                if number or rounds == 1:
                    samples.setdefault(side, []).append(sample)
        line = {
            "row": name,
            "rounds": rounds,
            "size": size,
            "aim": row.AIM,
            "load_before": round(before, 1),
            **circumstances(),
        }
    line["per_second"] = {side: round(median(one.rate for one in runs), 1) for side, runs in samples.items()}
    line["cpu_ms_each"] = {
        side: round(median(1000 * one.cpu / one.operations for one in runs), 3) for side, runs in samples.items()
    }
    line["ratios"] = {words: spread(samples[ours], samples[theirs]) for words, (ours, theirs) in row.RATIOS.items()}
    return line


def spread(ours: list[Sample], theirs: list[Sample]) -> list[float]:
    """Median, least and largest ratio of the rates, round by round."""
    ratios = [a.rate / b.rate for a, b in zip(ours, theirs, strict=True)]
    return [round(value, 3) for value in (median(ratios), min(ratios), max(ratios))]


def cpu_of(pid: int) -> float:
    """Seconds that all threads of a process have had a core, by the scheduler's own count (Linux)."""
    return sum(_nanoseconds(task) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def _nanoseconds(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except FileNotFoundError:
        return 0  # the thread has just ended


def circumstances() -> dict[str, Any]:
    """On what it was measured."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('synchronous_commit')")
        server, commit = cursor.fetchone()
    processors = [line for line in _processors() if line.startswith("model name")]
    model = processors[0].partition(":")[2].strip() if processors else platform.machine()
    return {
        "machine": f"{len(processors)} x {model}, Linux {platform.release()}",
        "server": f"PostgreSQL {server}, synchronous_commit {commit}",
        "revision": _revision(),
    }


def _processors() -> Iterator[str]:
    yield from Path("/proc/cpuinfo").read_text().splitlines()


def _revision() -> str:
    """Of the code, as far as git knows it."""
    command = ["git", "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()
