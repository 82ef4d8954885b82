"""How long until the next try of a job, and when it is enough."""

import random

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job


class NotAcknowledged(Exception):
    """The agency may or may not have it: ask again, not before so many seconds."""

    def __init__(self, text: str, retry_after: int = 0):
        super().__init__(text)
        self.retry_after = retry_after


class Paused(NotAcknowledged):
    """The agency does not answer just now; another job tries for all."""


class Backoff(BaseRetryStrategy):
    """2, 4, 8 … 600 seconds with a little noise, or what the agency asked for. Whatever ended the job, a restart of the
    database or of the worker included: after `most` times it is `failed`, and the sweep tells a person. A send has no end:
    that an agency is down is an item of its own."""

    def __init__(self, most: int | None = None):
        self.most = most

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        tries = job.attempts + 1
        if self.most and tries >= self.most and not isinstance(exception, NotAcknowledged):
            return None
        if isinstance(exception, Paused):
            return RetryDecision(retry_in={"seconds": exception.retry_after + random.randint(0, 2)})  # noqa: S311 - not to come all at once
        asked = exception.retry_after if isinstance(exception, NotAcknowledged) else 0
        wait = max(asked, min(600, 2 ** min(tries, 10)))
        return RetryDecision(retry_in={"seconds": wait + random.randint(0, 3)})  # noqa: S311
