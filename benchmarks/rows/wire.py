"""Approved refunds reach the agency: from the queue to the stored receipt, over signed HTTP to a mock agency beside us.

Beside it, in the same slots of the same worker, a task that does nothing, and one that asks the agency a signed question and no
more. All are queued for later and let go at once; the clock
is the database's own, from the first job that is begun to the last that is finished. Workers are processes of their own, and so
many as a side says. CPU is theirs, without the server's and the agency's.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.measuring import Sample, Side, cpu_of
from benchmarks.portal import ROOT

SIZE = 200
AIM = 0.6
RATIOS = {
    "one worker / nothing": ("ours_1", "nothing_1"),
    "two workers / nothing": ("ours_2", "nothing_2"),
    "one worker / asking": ("ours_1", "asking_1"),
    "asking / nothing": ("asking_1", "nothing_1"),
    "two workers / one": ("ours_2", "ours_1"),
}
PATIENCE = 120  # seconds for a round
QUEUES = 8  # that a worker registers for
LET_GO = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"
LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = %s"
LASTED = """SELECT count(DISTINCT job_id), extract(epoch FROM max(at) FILTER (WHERE type = 'succeeded') - min(at))
    FROM procrastinate_events JOIN procrastinate_jobs j ON j.id = job_id
    WHERE type IN ('started', 'succeeded') AND j.task_name = %s AND j.status = 'succeeded'"""


@contextmanager
def sides(size: int) -> Iterator[dict[str, Side]]:
    from django.conf import settings
    from django.test import override_settings

    from benchmarks.rows import ground, worker
    from mock_agencies import MockAgencies

    secrets = {code: entry["secrets"][0] for code, entry in settings.AGENCIES.items()}
    # Nothing is sent before we say so, and one resident's many applications need no second officer.
    patience = override_settings(DECISION_GRACE_SECONDS=24 * 3600, COUNTERSIGN_LIMIT="10000000.00")
    with patience, ground.kept(), tempfile.TemporaryDirectory() as folder:
        book, nobody = Path(folder) / "agencies.sqlite3", "http://127.0.0.1:9"
        mock = MockAgencies(database=book, portal_url=nobody, secrets=secrets, delay=3600)
        with mock, closing(Bench(size, mock.url)) as bench:
            yield {
                f"{name}_{workers}": partial(bench.round, queue, task, workers)
                for workers in (1, 2)
                for name, queue, task in (
                    ("ours", bench.approve, "handoff.send"),
                    ("nothing", partial(bench.plain, worker.NOTHING), worker.NOTHING),
                    ("asking", partial(bench.plain, worker.ASKING), worker.ASKING),
                )
            }
            bench.check()


class Bench:
    """One office that approves, one queue, and workers that come and go."""

    def __init__(self, size: int, agency: str):
        from tests.conftest import make_cast

        self._size, self._agency = size, agency
        self._cast = make_cast()
        self._approved = 0
        self._workers: list[subprocess.Popen] = []

    def round(self, queue, task: str, workers: int) -> Sample:
        """Queue, let go, wait until all is done."""
        from django.db import connection

        forget_jobs()
        queue()
        self._have(workers)
        with connection.cursor() as cursor:
            wait_for(lambda: _one(cursor, "SELECT count(*) FROM procrastinate_workers") == QUEUES * workers)
            before = self._cpu()
            cursor.execute(LET_GO)
            wait_for(lambda: _one(cursor, LEFT, task) == 0)
            cpu = self._cpu() - before
            cursor.execute(LASTED, [task])
            done, lasted = cursor.fetchone()
        if done != self._size:
            raise RuntimeError(f"{done} of {self._size} jobs of {task} ended well")
        return Sample(done, float(lasted), cpu)

    def approve(self) -> None:
        """As many applications, each approved by the officer: a delivery and a job in the transaction of the decision."""
        from refunds import actions
        from tests.pension.factories import submitted

        for _ in range(self._size):
            refund = submitted(self._cast.resident, office=self._cast.county)
            actions.approve(refund.number, by=self._cast.reviewer)
        self._approved += self._size

    def plain(self, name: str) -> None:
        """As many jobs, in the queue of the same agency and so in the same slots."""
        from benchmarks.rows.worker import register
        from handoff.tasks import sending

        task = register()[name].configure(queue=sending("hrss"), schedule_in={"hours": 24})
        task.batch_defer(*[{}] * self._size)

    def check(self) -> None:
        """Every instruction was sent once, and its receipt is stored."""
        import httpx

        from handoff.models import Delivery

        stored = Delivery.objects.filter(status="acknowledged").exclude(receipt="").count()
        seen = httpx.get(f"{self._agency}/control/seen", timeout=60).json()
        counts = [stored, len(seen["instructions"]), len(seen["requests"])]
        if counts != [self._approved] * 3:
            raise RuntimeError(f"{self._approved} were approved; stored, known, asked: {counts}")

    def close(self) -> None:
        self._have(0)

    def _have(self, workers: int) -> None:
        """So many are there, those of the last round among them."""
        urls = {f"AGENCY_{code}_URL": f"{self._agency}/{code.lower()}" for code in ("HRSS", "MEDICAL")}
        command = [sys.executable, "-m", "benchmarks.rows.worker"]
        while len(self._workers) < workers:
            self._workers.append(subprocess.Popen(command, env=os.environ | own_database() | urls, cwd=ROOT))
        while len(self._workers) > workers:
            last = self._workers.pop()
            last.terminate()
            last.wait(60)

    def _cpu(self) -> float:
        return sum(cpu_of(worker.pid) for worker in self._workers)


def own_database() -> dict[str, str]:
    """Where this process has its database, for another one."""
    from django.db import connection

    to = connection.get_connection_params()
    url = f"postgresql://{to.get('user', 'postgres')}@/{to['dbname']}?host={to['host']}"
    return {"DATABASE_URL": url, "PORTAL_DEMO": "1", "PORTAL_LOG_LEVEL": "WARNING"}


def forget_jobs() -> None:
    """Nothing is queued, nothing was."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events CASCADE")


def wait_for(what) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.05)


def _one(cursor, query: str, *values: object) -> int:
    cursor.execute(query, values)
    return cursor.fetchone()[0]
