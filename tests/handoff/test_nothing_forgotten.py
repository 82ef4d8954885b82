"""Whatever ends a job wrongly is tried again, and a job that gives up is told to a person the same minute."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pgtrigger
import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from handoff import deliveries, desk, tasks, watch
from handoff.jobs.manager import working
from handoff.models import Callback, Delivery, DeliveryStatus, Event, WorkItem, WorkItemKind
from handoff.tasks import MAX_APPLIES, Backoff, defer_apply, sweep
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.jobs import queued, run_queued
from tests.pension.factories import submitted
from tests.reports import has_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    return actions.approve(refund.number, by=cast.reviewer)


def end(job, status="failed"):
    """As the worker does it at last."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, false)", [job.pk, status])


def fetch():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)")
        return cursor.fetchone()[0]


def stored(refund, age=0, event=Event.PAID, about=""):
    """A message that was stored; its job was lost."""
    row = Callback.objects.create(
        agency="hrss",
        message_id="evt_1",
        instruction_id=about or refund.instruction_id,
        event=event,
        sequence=1,
        amount=refund.amount,
        occurred_at=timezone.now(),
    )
    with pgtrigger.ignore("handoff.Callback:as_it_came"):
        Callback.objects.update(received_at=timezone.now() - timedelta(seconds=age))
    return row


@pytest.mark.parametrize(
    "error", [OperationalError("the server is shutting down"), asyncio.CancelledError(), KeyError()]
)
def test_whatever_ends_a_job_is_tried_again_and_not_for_ever(error):
    decisions = [
        Backoff(MAX_APPLIES).get_retry_decision(exception=error, job=SimpleNamespace(attempts=attempts))
        for attempts in range(MAX_APPLIES)
    ]
    assert all(decisions[:-1])
    assert decisions[-1] is None
    waits = [(decision.retry_at - timezone.now()).total_seconds() for decision in decisions[:-1]]
    assert waits[0] < 6
    assert waits[2] > 7
    assert max(waits) < 604


def test_a_send_in_which_the_database_restarts_is_sent_again(approved, agency, monkeypatch):
    def restart(*args, **kwargs):
        raise OperationalError("terminating connection due to administrator command")

    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "_record", restart)
        assert [type(error) for error in run_queued()] == [OperationalError]
    assert len(queued("handoff.send")) == 1
    deliveries.send(Delivery.objects.get().pk)
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED


def test_a_message_that_cannot_be_applied_now_is_applied_later(approved, monkeypatch):
    stored(approved, age=61)
    sweep(0)
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "follow", lambda *args: 1 / 0)
        patch.setattr(deliveries.client, "send", lambda *args: deliveries.client.Answer("", receipt="R1"))
        assert [type(error) for error in run_queued()] == [ZeroDivisionError]
    assert Callback.objects.get().applied_at is None
    assert len(queued("handoff.apply_callback")) == 1


@pytest.mark.parametrize("ending", ["failed", "aborted", "succeeded"])
def test_a_delivery_without_a_job_gets_one_and_only_one(approved, ending):
    sweep(0)
    assert len(queued("handoff.send")) == 1
    end(queued("handoff.send")[0], ending)
    assert queued("handoff.send") == []
    sweep(0)
    sweep(0)
    (job,) = queued("handoff.send")
    assert job.args == {"delivery_id": str(Delivery.objects.get().pk)}
    assert (job.lock, job.queue_name) == (None, "send-hrss")


def test_a_delivery_that_a_worker_has_in_hand_is_left_to_it(approved):
    fetch()
    sweep(0)
    assert queued("handoff.send") == []


@pytest.mark.parametrize("status", [DeliveryStatus.HELD, DeliveryStatus.ACKNOWLEDGED])
def test_a_delivery_that_is_not_to_be_sent_gets_no_job(approved, status):
    end(queued("handoff.send")[0])
    answer = deliveries.client.Answer("", receipt="R1" if status == DeliveryStatus.ACKNOWLEDGED else "", held=True)
    deliveries._record(Delivery.objects.get(), answer, declines=True)
    assert Delivery.objects.get().status == status
    sweep(0)
    assert queued("handoff.send") == []


def test_a_message_that_nobody_applies_gets_a_job(approved):
    has_left(approved.instruction_id)
    stored(approved, age=50)
    sweep(0)
    assert queued("handoff.apply_callback") == []
    with pgtrigger.ignore("handoff.Callback:as_it_came"):
        Callback.objects.update(received_at=timezone.now() - timedelta(seconds=61))
    sweep(0)
    sweep(0)
    assert len(queued("handoff.apply_callback")) == 1
    end(queued("handoff.send")[0], "succeeded")
    run_queued()
    assert PensionRefund.objects.get().refund_status == RefundStatus.REFUNDED
    sweep(0)
    assert queued() == []


def test_a_message_whose_next_try_is_far_holds_up_nothing_newer(approved):
    row = stored(approved)
    end(queued("handoff.send")[0], "succeeded")
    defer_apply(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now() + interval '1 hour', NULL, NULL, NULL)", [fetch()])
    defer_apply(row)
    assert fetch() == ProcrastinateJob.objects.latest("id").pk


def test_a_job_that_gave_up_is_one_work_item_until_it_gives_up_again(approved, cast):
    end(queued("handoff.send")[0])
    sweep(0)
    sweep(0)
    item = WorkItem.objects.get()
    assert (item.kind, item.office, item.number) == (WorkItemKind.JOB_FAILED, cast.county, approved.number)
    assert item.instruction_id == approved.instruction_id
    desk.settle_elsewhere(item, by=cast.reviewer, note="已联系运维人员")
    sweep(0)
    assert WorkItem.objects.count() == 1
    # Within one transaction the database's clock stands still.
    WorkItem.objects.update(closed_at=timezone.now() - timedelta(hours=1))
    end(queued("handoff.send")[0])
    sweep(0)
    assert WorkItem.objects.filter(closed_at=None).count() == 1


def test_the_item_of_a_job_that_gave_up_closes_itself_once_another_one_has_done_it(approved, agency):
    end(queued("handoff.send")[0])
    sweep(0)
    assert WorkItem.objects.get().closed_at is None
    run_queued()
    sweep(0)
    assert WorkItem.objects.get().note == "已自行了结"


def test_the_item_of_a_message_about_an_instruction_that_is_none_of_ours_closes_itself_too(approved):
    from handoff.tasks import apply_callback

    end(queued("handoff.send")[0], "succeeded")
    row = stored(approved, about="YL2026000000001-1")
    apply_callback.defer(callback_id=row.pk)
    end(queued("handoff.apply_callback")[0])
    sweep(0)
    item = WorkItem.objects.get(kind=WorkItemKind.JOB_FAILED)
    deliveries.apply(row.pk)
    sweep(0)
    item.refresh_from_db()
    assert item.note == "已自行了结"


def test_a_job_about_a_message_or_about_nothing_we_know_is_told_too(approved):
    from handoff.tasks import apply_callback

    row = stored(approved)
    apply_callback.defer(callback_id=row.pk)
    apply_callback.defer(callback_id=row.pk + 1)
    known, unknown = queued("handoff.apply_callback")
    end(known)
    end(unknown)
    sweep(0)
    told = set(WorkItem.objects.values_list("instruction_id", "number"))
    assert told == {(approved.instruction_id, approved.number), (f"job-{unknown.pk}", "")}


def test_a_job_that_never_ends_under_a_living_worker_is_taken_up_again(approved, settings):
    job = fetch()
    sweep(0)
    assert queued() == []
    settings.HANDOFF_OVERDUE_SECONDS = 0
    sweep(0)
    assert [queue.pk for queue in queued("handoff.send")] == [job]


def late(settings):
    settings.HANDOFF_OVERDUE_SECONDS = 600
    early = watch.is_overdue()
    settings.HANDOFF_OVERDUE_SECONDS = 0
    return (early, watch.is_overdue())


def test_readiness_tells_what_has_waited_too_long(approved, settings, client):
    assert late(settings) == (False, True)  # the send, which nobody takes up
    job = queued("handoff.send")[0]
    assert client.get("/readyz").json()["handoff"] is False
    fetch()
    assert late(settings) == (False, True)  # in hand for too long
    end(job)
    assert late(settings) == (False, True)  # given up
    deliveries._record(Delivery.objects.get(), deliveries.client.Answer("", receipt="R1"), declines=True)
    assert late(settings) == (False, True)  # and nobody was told
    sweep(0)
    assert late(settings) == (False, True)  # nor has anybody done anything
    WorkItem.objects.update(closed_at=timezone.now())
    assert late(settings) == (False, False)
    stored(approved)
    assert late(settings) == (False, True)  # a message that is not applied
    Callback.objects.update(applied_at=timezone.now())
    assert client.get("/readyz").json()["handoff"] is True


def test_an_instruction_that_waits_for_its_next_try_is_not_overdue(approved, settings, agency):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_retry_job_v2(%s, now() + interval '9 minutes', NULL, NULL, NULL)", [fetch()]
        )
    assert late(settings) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_in_hand_gives_way_to_the_same_that_waits_and_the_rest_is_taken_up():
    for name in ("portal.send_sms", "handoff.sweep"):
        task = app.tasks[name]
        task.defer(timestamp=1)
        assert fetch()
        if name == "portal.send_sms":
            task.defer(timestamp=2)  # deferred by the clock meanwhile
    with working() as queue:
        asyncio.run(_taken_up(queue))
    jobs = ProcrastinateJob.objects.order_by("id").values_list("task_name", "status")
    assert list(jobs) == [("portal.send_sms", "aborted"), ("portal.send_sms", "todo"), ("handoff.sweep", "todo")]


async def _taken_up(queue):
    async with queue.open_async():
        await tasks.retry_stalled.func(SimpleNamespace(app=queue), 0)
