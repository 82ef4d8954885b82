"""What runs by the clock stands alone, is tried again, and whatever gives up is a work item until it works again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from foundation.wire import http
from handoff import desk, reconciliation, watch
from handoff.jobs import chores
from handoff.models import Reconciliation, WorkItem, WorkItemKind
from handoff.tasks import sweep
from refunds_portal import tasks
from tests.handoff.test_nothing_forgotten import end
from tests.jobs import queued
from tests.pages import text
from tests.review.desk import look, signed_in

pytestmark = pytest.mark.django_db


def ends(name, status="failed"):
    """It runs, and ends like that."""
    app.tasks[name].defer(timestamp=0)
    end(queued(name)[0], status)


def items():
    return WorkItem.objects.filter(kind=WorkItemKind.JOB_FAILED, closed_at=None)


def test_whatever_gives_up_is_one_item_the_same_minute_until_it_works_again(cast):
    ends("portal.reconcile")
    ends("portal.reconcile")
    ends("portal.fold_tallies")
    sweep(0)
    sweep(0)
    assert set(items().values_list("instruction_id", flat=True)) == {"作业-每日对账", "作业-统计汇总"}
    ends("portal.reconcile", "succeeded")
    sweep(0)
    assert [one.instruction_id for one in items()] == ["作业-统计汇总"]
    assert WorkItem.objects.get(instruction_id="作业-每日对账").note == "已自行了结"


def test_whoever_looks_after_all_offices_reads_what_is_not_done(cast):
    ends("portal.seal_history")
    sweep(0)
    page = text(look(cast.countersigner, items().get()))
    assert "后台作业“历史封存”多次重试仍没有完成：已结束的日子里有办理记录没有封存" in page
    assert "指令 作业" not in page
    assert "portal." not in page
    assert "作业-历史封存" in text(signed_in(cast.countersigner).get("/review/items/"))


def test_what_was_closed_by_hand_is_told_again_only_when_it_gives_up_again(cast):
    ends("portal.check_invariants")
    sweep(0)
    desk.settle_elsewhere(items().get(), by=cast.countersigner, note="已联系运维人员")
    sweep(0)
    assert not items().exists()
    # Within one transaction the database's clock stands still.
    WorkItem.objects.update(closed_at=timezone.now() - timedelta(hours=1))
    ends("portal.check_invariants")
    sweep(0)
    assert items().count() == 1


def test_a_job_that_nobody_has_named_and_that_left_no_trace_is_told_of_by_its_own_name():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, priority)"
            " VALUES ('builtin', 'elsewhere.something', '{}', 'failed', 0, 0)"
        )
    sweep(0)
    assert items().get().instruction_id == "作业-elsewhere.something"


def test_everything_that_runs_by_the_clock_is_tried_again_and_has_words_for_an_officer():
    by_the_clock = {task.task.name: task.task for task in app.periodic_registry.periodic_tasks.values()}
    assert set(by_the_clock) == set(chores.WORDS)
    assert all(task.retry_strategy for task in by_the_clock.values())


def test_readiness_waits_for_what_gave_up(settings, client):
    settings.HANDOFF_OVERDUE_SECONDS = 600
    ends("portal.reconcile")
    assert not watch.is_overdue()
    settings.HANDOFF_OVERDUE_SECONDS = 0
    assert watch.is_overdue()
    sweep(0)
    assert watch.is_overdue()  # nobody has done anything
    WorkItem.objects.update(closed_at=timezone.now())
    assert not watch.is_overdue()
    ends("portal.reconcile")
    ends("portal.reconcile", "succeeded")
    assert not watch.is_overdue()


def test_readiness_needs_the_sweep(settings):
    """Without it nobody is told of anything."""
    sweep.defer(timestamp=0)
    assert not watch.is_overdue()
    settings.HANDOFF_OVERDUE_SECONDS = 0
    assert watch.is_overdue()
    end(queued("handoff.sweep")[0], "succeeded")
    assert not watch.is_overdue()


def test_a_part_of_the_sweep_that_fails_keeps_none_of_the_others_from_working(monkeypatch):
    from handoff import reach

    ends("portal.reconcile")
    monkeypatch.setattr(reach, "tell_who_is_down", lambda: 1 / 0)
    with pytest.raises(ExceptionGroup, match="ZeroDivisionError"):
        sweep(0)
    assert items().count() == 1


def broken_network(part):
    def exchange(method, url, content, headers):
        if part in url:
            raise ValueError("nothing that anybody has thought of")
        return network(method, url, content, headers)

    network = http.exchange
    return exchange


def test_an_agency_whose_day_breaks_off_keeps_none_of_the_others_from_being_compared(agency, monkeypatch):
    yesterday = timezone.localdate() - timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(http, "exchange", broken_network("/hrss/"))
        with pytest.raises(ExceptionGroup, match="nothing that anybody has thought of"):
            tasks.reconcile(0)
    assert list(Reconciliation.objects.values_list("agency", "day")) == [("medical", yesterday)]
    item = WorkItem.objects.get(kind=WorkItemKind.RECONCILIATION, closed_at=None)
    assert (item.agency, item.instruction_id) == ("hrss", f"对账-{yesterday}")
    assert "没有核对完（ValueError）" in item.detail
    assert ("hrss", yesterday) in reconciliation.due()
    tasks.reconcile(0)
    assert not WorkItem.objects.filter(closed_at=None).exists()
