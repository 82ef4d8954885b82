"""The jobs. Arguments are ids; each job reads the state afresh and is safe to run twice."""

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.jobs import JobDeferrer
from procrastinate.types import JSONDict, TimeDeltaParams

from foundation import apart
from handoff import deliveries, reach, watch
from handoff.items import close_settled, open_for, open_item
from handoff.jobs import APPLY, READ, SEND, SWEEP, chores, silence
from handoff.jobs.backoff import Backoff, NotAcknowledged, Paused
from handoff.jobs.chores import chore
from handoff.models import Callback, Delivery, DeliveryStatus, WorkItemKind
from handoff.receiving import files
from handoff.store import known, locked
from refunds import actions

MAX_APPLIES = 10  # about a quarter of an hour; then a person hears of it
# What an agency is told, and what it tells, wait in queues of their own: one slow agency holds up nobody else.
CALLBACKS = "callbacks"


@app.task(name=SEND, retry=Backoff(MAX_APPLIES))
def send(delivery_id: str) -> None:
    """Send one delivery; without an answer, raise so that it is tried again later."""
    delivery = Delivery.objects.get(pk=delivery_id)
    if wait := reach.pause(delivery.agency):
        raise Paused("对方没有应答，稍后再试", wait)
    answer = deliveries.hand_over(delivery)
    if answer and not answer.receipt and not answer.held:
        raise NotAcknowledged(answer.text, answer.retry_after)


@app.task(name=APPLY, queue=CALLBACKS, retry=Backoff(MAX_APPLIES))
def apply_callback(callback_id: int) -> None:
    """Apply one stored message of an agency."""
    deliveries.apply(callback_id)


@app.task(name=READ, queue=CALLBACKS, retry=Backoff(MAX_APPLIES))
def read_results(file_id: str) -> None:
    """Read and apply a file of results, a while at a time."""
    if not files.read_on(file_id):
        read_results.defer(file_id=file_id)


def sending(agency: str) -> str:
    """The queue of what an agency is told."""
    return f"send-{agency}"


def defer_send(delivery: Delivery) -> None:
    """Now."""
    defer_sends([delivery])


def defer_sends(deliveries: Sequence[Delivery], *, wait: int = 0) -> None:
    """Those of one agency, now or after so many seconds, in one statement. No lock: whoever sends tests the delivery under its
    row's lock, so that a retry that sleeps holds up nothing newer."""
    if not deliveries:
        return
    later: TimeDeltaParams | None = {"seconds": wait} if wait else None
    job = send.configure(queue=sending(deliveries[0].agency), schedule_in=later)
    tasks: list[JSONDict] = [{"delivery_id": str(delivery.pk)} for delivery in deliveries]
    job.batch_defer(*tasks)


def applying(callback: Callback) -> JobDeferrer:
    """No lock: the row of the application orders them, so that the retry of one that sleeps holds up nothing newer."""
    return apply_callback.configure()


def defer_apply(callback: Callback) -> None:
    """Now."""
    applying(callback).defer(callback_id=callback.pk)


@chore(
    SWEEP,
    "移交巡检",
    without="丢失了作业的移交和消息没有重新安排，没有完成的作业可能没有人知道",
    cron="* * * * *",
)
def sweep(timestamp: int) -> None:
    """Nothing is forgotten: what has no job gets one, what never ended is taken up again, who gave up is told of. Each of these
    whatever becomes of the others."""
    told = [_close_what_went_on, _tell_who_gave_up, _tell_what_is_stuck, silence.tell, chores.tell]
    apart.each([_take_up_again, _send, _apply, _read, reach.tell_who_is_down, *told])


def _take_up_again() -> None:
    now = timezone.now()
    apart.each(partial(app.job_manager.retry_job_by_id, job_id=job.pk, retry_at=now) for job in watch.endless_jobs())


def _send() -> None:
    apart.each(partial(defer_send, delivery) for delivery in watch.sends_without_job())


def _apply() -> None:
    apart.each(partial(defer_apply, callback) for callback in watch.callbacks_without_job())


def _read() -> None:
    apart.each(partial(read_results.defer, file_id=str(file.pk)) for file in files.without_job())


def _close_what_went_on() -> None:
    for agency, instruction_id in watch.went_on():
        close_settled([WorkItemKind.JOB_FAILED], instruction_id, agency=agency)


def _tell_who_gave_up() -> None:
    apart.each(partial(_tell, failed.instruction, failed.task_name) for failed in watch.failed_jobs())


def _tell_what_is_stuck() -> None:
    apart.each(partial(_tell_stuck, delivery) for delivery in watch.stuck_sends())


@transaction.atomic
def _tell_stuck(delivery: Delivery) -> None:
    refund, delivery = locked(delivery)
    if delivery.status != DeliveryStatus.UNKNOWN:
        return  # taken meanwhile
    detail = (
        f"对方能应答其他指令，这一笔发送多次仍没有回执（{delivery.last_answer}）。系统会继续重试，收到回执后这条异常会自行了结。"
        "请向对方核实；不再退付的，请求停付。"
    )
    open_item(WorkItemKind.UNANSWERED, delivery, refund, detail)


def _tell(instruction_id: str, task: str) -> None:
    delivery = known().filter(instruction_id=instruction_id).first()
    detail = f"后台作业（{task}）多次重试仍没有完成，系统会继续重试。请查看这笔申请是否已有进展；没有进展时，请联系运维人员。"
    with transaction.atomic():
        refund = actions.locked(delivery.number) if delivery else None
        about = delivery or Callback.objects.filter(instruction_id=instruction_id).first()
        agency = about.agency if about else ""
        open_for(WorkItemKind.JOB_FAILED, instruction_id, agency=agency, refund=refund, detail=detail)


@chore(
    "handoff.retry_stalled",
    "中断作业的恢复",
    without="工作进程中断时手上的作业没有继续",
    cron="* * * * * */10",
    alone=False,
    with_context=True,
)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again what a killed worker had in hand."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_STALLED_SECONDS):
        await manager.retry_job(job)


@chore(
    "handoff.remove_old_jobs",
    "旧作业清理",
    without="一周前的作业记录没有清理，不影响退费办理",
    cron="0 18 * * *",
    alone=False,
    with_context=True,
)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Finished jobs are kept a week; what they did stands in deliveries and history. 18:00 UTC is 02:00 in Beijing."""
    await builtin_tasks.remove_old_jobs(context, max_hours=7 * 24, remove_failed=False, remove_aborted=True)
