"""Jobs of which one waits at most, when one of them is to be tried again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

log = structlog.get_logger(__name__)


class Manager(JobManager):
    """What is to be tried again while the same waits already (`queueing_lock`) has nothing left to do: the other does it. Left as it is
    it would stay in hand for ever, hold its lock, and nothing that was to be taken up after it would be."""

    async def retry_job(self, job: Job, *when: Any, **more: Any) -> None:
        try:
            await super().retry_job(job, *when, **more)
        except UniqueViolation:
            await self.finish_job(job, status=Status.ABORTED, delete_job=False)
            log.info("job_waits_already", task=job.task_name, job=job.id)


@contextmanager
def working() -> Iterator[App]:
    """The queue as a worker works on it."""
    assert isinstance(app.connector, DjangoConnector), "the queue is in Django's database"
    with app.replace_connector(app.connector.get_worker_connector()) as own:
        before, own.job_manager = own.job_manager, Manager(own.connector)
        try:
            yield own
        finally:
            own.job_manager = before
