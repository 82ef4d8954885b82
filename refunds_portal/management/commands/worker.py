"""manage.py worker: everything that is done after an answer was given, in one process, with slots of its own for each agency."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate import App

from accounts.feeds.uploads import QUEUE as LOADS
from handoff.jobs.manager import working
from handoff.tasks import CALLBACKS, sending
from refunds_portal.tasks import QUEUE, SMS_QUEUE

# Jobs at a time. What agencies say is applied while they are slow to listen, and the sweep comes while both are and while 对账 lasts.
SLOTS = {CALLBACKS: 4, "builtin": 1, QUEUE: 1, LOADS: 1, SMS_QUEUE: 1, "default": 1}
SLOTS_OF_AGENCY = 4
POLL_SECONDS = 1.0


class Command(BaseCommand):
    help = "Work on queued jobs until SIGTERM or SIGINT; what is in hand is finished first."

    def handle(self, *args, **options):
        slots = SLOTS | {sending(agency): SLOTS_OF_AGENCY for agency in settings.AGENCIES}
        with working() as queue:
            asyncio.run(_work(queue, slots))


async def _work(app: App, slots: dict[str, int]) -> None:
    """One worker for each queue, so that four dripping answers of one agency take no slot of another."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sum(slots.values()) + 2, thread_name_prefix="job"))
    async with app.open_async():
        workers = [loop.create_task(_work_on(app, queue, most)) for queue, most in slots.items()]
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, workers)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*workers)
        await asyncio.gather(*workers, return_exceptions=True)  # each finishes what it has in hand


async def _work_on(app: App, queue: str, most: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        concurrency=most,
        name=queue,
        fetch_job_polling_interval=POLL_SECONDS,
        install_signal_handlers=False,
    )


def _stop(workers: list[asyncio.Task[None]]) -> None:
    for worker in workers:
        worker.cancel()
