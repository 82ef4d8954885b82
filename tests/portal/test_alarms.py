"""What whoever runs the portal is told, by names that stay; and that the document knows each of them."""

import re

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from structlog.testing import capture_logs

from foundation import alarms
from foundation.alarms import Alarm
from handoff.items import ALARMS, open_for
from handoff.models import WorkItem, WorkItemKind
from refunds import actions
from refunds_portal import health, tasks
from refunds_portal.management.commands.worker import SLOTS
from tests.house.source import ROOT
from tests.pension.factories import submitted

DOCUMENT = ROOT / "docs" / "operations.md"


@pytest.fixture
def raised():
    with capture_logs() as lines:
        yield lambda: [line for line in lines if line.get("alarm")]


def test_every_alarm_has_its_paragraph_and_every_paragraph_its_alarm():
    paragraphs = re.findall(r"^### `(\w+)`\n\n(.+)", DOCUMENT.read_text(), re.MULTILINE)
    assert sorted(name for name, _text in paragraphs) == sorted(Alarm)


def test_an_alarm_is_a_line_with_a_stable_name(raised):
    alarms.raise_(Alarm.AGENCY_DOWN, agency="hrss")
    assert raised() == [{"event": "agency_down", "alarm": True, "agency": "hrss", "log_level": "error"}]


def test_every_kind_of_work_item_is_an_alarm():
    assert set(ALARMS) == set(WorkItemKind)


@pytest.mark.django_db
def test_a_work_item_is_told_once_and_only_when_it_is_kept(raised, django_capture_on_commit_callbacks):
    def held():
        open_for(WorkItemKind.HELD, "YL1-1", agency="hrss", refund=None, detail="对方拒收")

    with django_capture_on_commit_callbacks(execute=True):
        held()
        assert raised() == []
    with django_capture_on_commit_callbacks(execute=True):
        held()
    (line,) = raised()
    assert (line["event"], line["kind"], line["instruction_id"]) == ("instruction_held", "held", "YL1-1")
    assert WorkItem.objects.count() == 1


@pytest.mark.django_db
def test_readyz_tells_when_it_turns_and_not_each_time_it_is_asked(cast, client, raised, monkeypatch, settings):
    monkeypatch.setattr(health, "_missing", set())
    for _ in range(2):
        assert client.get("/readyz").status_code == 503
    assert [(line["event"], line["missing"]) for line in raised()] == [("not_ready", ["worker"])]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert client.get("/readyz").status_code == 200
    actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    settings.HANDOFF_OVERDUE_SECONDS = 0
    for _ in range(2):
        assert client.get("/readyz").json()["handoff"] is False
    assert [line["event"] for line in raised()] == ["not_ready", "handoff_overdue"]


@pytest.mark.django_db
@pytest.mark.breaks_on_purpose
def test_the_nightly_job_tells_what_is_broken_and_where(cast, raised):
    tasks.check_invariants(0)
    assert raised() == []
    refund = submitted(cast.resident, office=cast.county)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE pension_pensionrefund SET refunded_on = now()")
    tasks.check_invariants(0)
    (line,) = raised()
    assert line["promise"] == "I5 pension: an application has its 退费日期 exactly when it was paid"
    assert (line["event"], line["count"], line["numbers"]) == ("invariant_broken", 1, [refund.number])


def test_the_nightly_job_is_known_to_the_worker_and_in_a_queue_that_it_works_on():
    periodic = {known.task.name: known.task.queue for known in app.periodic_registry.periodic_tasks.values()}
    assert periodic["portal.reconcile"] == periodic["portal.check_invariants"] == "portal"
    assert periodic["handoff.sweep"] == "builtin"  # which waits for none of those
    assert set(periodic.values()) <= SLOTS.keys()
