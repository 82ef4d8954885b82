"""The jobs. Arguments are ids; each job reads the state afresh and is safe to run twice."""

import random

from django.conf import settings
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from handoff import deliveries
from handoff.client import Answer

MAX_SENDS = 40  # with the waits below, about six hours


class NotAcknowledged(Exception):
    """The agency may or may not have it: ask again."""

    def __init__(self, answer: Answer):
        super().__init__(answer.text)
        self.retry_after = answer.retry_after


class Backoff(BaseRetryStrategy):
    """2, 4, 8 … 600 seconds with a little noise, or what the agency asked for."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, NotAcknowledged):
            return None
        wait = max(exception.retry_after, min(600, 2 ** (job.attempts + 1)))
        return RetryDecision(retry_in={"seconds": wait + random.randint(0, 3)})


@app.task(name="handoff.send", queue="handoff", retry=Backoff(), pass_context=True)
def send(context: JobContext, delivery_id: str) -> None:
    """Send one delivery; without an answer, raise so that it is tried again later."""
    answer = deliveries.send(delivery_id, last_try=context.job.attempts + 1 >= MAX_SENDS)
    if answer and not answer.receipt and not answer.held and context.job.attempts + 1 < MAX_SENDS:
        raise NotAcknowledged(answer)


@app.task(name="handoff.apply_callback", queue="handoff", retry=5)
def apply_callback(callback_id: int) -> None:
    """Apply one stored message of an agency."""
    deliveries.apply(callback_id)


@app.periodic(cron="* * * * * */10")
@app.task(name="handoff.retry_stalled", queue="builtin", queueing_lock="retry-stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again what a killed worker had in hand."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_STALLED_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="0 18 * * *")
@app.task(name="handoff.remove_old_jobs", queue="builtin", queueing_lock="remove-old-jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Finished jobs are kept a week; what they did stands in deliveries and history. 18:00 UTC is 02:00 in Beijing."""
    await builtin_tasks.remove_old_jobs(context, max_hours=7 * 24, remove_failed=False)
