"""An agency that does not answer: one item, sends pause and go on by themselves, nobody else waits."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from handoff import deliveries, reach
from handoff.items import open_for
from handoff.models import Delivery, DeliveryStatus, Reach, WorkItem, WorkItemKind
from handoff.tasks import sweep
from refunds import actions
from tests.handoff.desk import order
from tests.jobs import queued, run_queued
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(cast):
    refunds = [submitted(cast.resident, office=cast.county) for _ in range(3)]
    return [actions.approve(refund.number, by=cast.reviewer) for refund in refunds]


def statuses():
    return sorted(Delivery.objects.values_list("status", flat=True))


def time_passes(seconds):
    """As if it had: whatever waits has waited that long."""
    back = timedelta(seconds=seconds)
    for row in Reach.objects.filter(failing_since__isnull=False):
        Reach.objects.update(failing_since=row.failing_since - back, probe_at=row.probe_at - back)


def long_ago(**seconds):
    """Deliveries as if these of their times had been so many seconds ago."""
    for name, ago in seconds.items():
        Delivery.objects.exclude(**{name: None}).update(**{name: timezone.now() - timedelta(seconds=ago)})


def wake():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden", "not_found", "server_error", "unavailable", "reset"])
def test_what_is_about_the_agency_holds_no_case(three, agency, fault):
    order(agency, fault)
    errors = run_queued()
    assert [type(error).__name__ for error in errors] == [
        "NotAcknowledged",
        "Paused",
        "Paused",
    ]  # one has tried for all
    assert statuses() == ["unknown", "waiting", "waiting"]
    assert not WorkItem.objects.exists()


def test_a_422_is_about_the_case_and_the_others_go_on(three, agency, cast):
    order(agency, "unprocessable", times=1)
    assert run_queued() == []
    assert statuses() == ["acknowledged", "acknowledged", "held"]
    assert WorkItem.objects.get().kind == WorkItemKind.HELD


def test_ten_minutes_are_one_item_with_what_waits_and_it_closes_itself(three, agency):
    order(agency, "server_error")
    run_queued()
    reach.tell_who_is_down()
    assert not WorkItem.objects.exists()
    time_passes(601)
    reach.tell_who_is_down()
    reach.tell_who_is_down()
    item = WorkItem.objects.get()
    assert (item.kind, item.agency, item.number) == (WorkItemKind.AGENCY_DOWN, "hrss", "")
    assert "3 笔、3,000.00 元等待移交" in item.detail
    order(agency, "none")
    wake()
    assert run_queued() == []
    assert statuses() == ["acknowledged"] * 3
    item.refresh_from_db()
    assert (item.closed_at is not None, item.note) == (True, "对方系统已恢复")


def test_an_agency_that_nobody_waits_for_is_nobodys_work(three, agency):
    """Its results came although no send was answered: nobody tries any more, and nobody would ever find out that it is back."""
    order(agency, "server_error")
    run_queued()
    time_passes(601)
    reach.tell_who_is_down()
    assert WorkItem.objects.get().closed_at is None
    for refund in three:
        report(refund.number, events=["paid"])
    reach.tell_who_is_down()
    assert WorkItem.objects.get().note == "已没有等待移交的案件"
    assert reach.pause("hrss") == 0


def test_three_days_later_they_still_go_on_without_a_click(three, agency):
    order(agency, "server_error")
    for _ in range(60):
        time_passes(120)
        wake()
        run_queued()
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    order(agency, "none")
    time_passes(120)
    wake()
    run_queued()
    assert statuses() == ["acknowledged"] * 3


def test_when_it_answers_whatever_waits_is_due_at_once_but_nobody_loses_the_time_of_grace(
    three, agency, cast, settings
):
    order(agency, "server_error")
    run_queued()
    reach.failed("hrss", "没有应答")
    settings.DECISION_GRACE_SECONDS = 60
    actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    order(agency, "none")
    reach.answered("hrss")
    later = ProcrastinateJob.objects.filter(status="todo", scheduled_at__gt=timezone.now())
    assert later.count() == 1
    assert len(queued("handoff.send")) == 4


def test_one_case_that_always_fails_is_not_tried_anew_with_every_answer_to_another(three, agency):
    """It would hold up all others each time."""
    order(agency, "server_error", times=1)
    run_queued()
    failing = Delivery.objects.get(status=DeliveryStatus.UNKNOWN)
    (before,) = (job for job in queued("handoff.send") if job.args["delivery_id"] == str(failing.pk))
    reach.answered("hrss")
    after = ProcrastinateJob.objects.get(pk=before.pk)
    assert after.scheduled_at == before.scheduled_at > timezone.now()
    assert reach.pause("hrss") == 0


def test_what_is_held_back_by_a_correction_waits_for_no_agency(three, agency):
    order(agency, "server_error")
    run_queued()
    time_passes(601)
    reach.tell_who_is_down()
    for refund in three:
        open_for(WorkItemKind.CORRECTED, refund.instruction_id, agency="hrss", refund=refund, detail="测试")
    reach.tell_who_is_down()
    assert WorkItem.objects.get(kind=WorkItemKind.AGENCY_DOWN).note == "已没有等待移交的案件"


def test_one_case_that_gets_no_receipt_while_others_do_is_somebodys_work_until_it_does(three, agency):
    order(agency, "server_error", times=1)
    run_queued()
    for other in Delivery.objects.filter(status=DeliveryStatus.WAITING):
        deliveries.send(other.pk)
    long_ago(sent_at=1200)
    sweep(0)
    assert not WorkItem.objects.exists()  # what an agency that is back has not taken yet
    long_ago(acknowledged_at=601)
    sweep(0)
    sweep(0)
    item = WorkItem.objects.get()
    assert (item.kind, item.instruction_id) == (
        WorkItemKind.UNANSWERED,
        Delivery.objects.get(status=DeliveryStatus.UNKNOWN).instruction_id,
    )
    assert "对方应答 500，结果未知" in item.detail
    wake()
    assert run_queued() == []
    item.refresh_from_db()
    assert item.note == "已自行了结"


def test_no_send_waits_for_another_of_the_same_application(three, agency):
    """A retry that sleeps would hold up a corrected account."""
    assert all(job.lock is None for job in queued("handoff.send"))


def test_another_agency_is_not_paused(three, agency):
    order(agency, "server_error")
    run_queued()
    assert reach.pause("hrss") > 0
    assert reach.pause("medical") == 0


def test_only_one_job_tries_at_a_time(three, agency):
    order(agency, "server_error")
    run_queued()
    time_passes(3600)
    assert [reach.pause("hrss") > 0 for _ in range(3)] == [False, True, True]


def test_what_may_have_arrived_is_asked_about_before_it_is_sent_again(three, agency):
    order(agency, "accept_then_drop", times=1)
    run_queued()
    unknown = Delivery.objects.get(status=DeliveryStatus.UNKNOWN)
    wake()
    time_passes(60)
    run_queued()
    unknown.refresh_from_db()
    assert (unknown.status, unknown.receipt[:5]) == (DeliveryStatus.ACKNOWLEDGED, "HRSS-")
