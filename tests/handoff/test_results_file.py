"""A file of results is its messages: the same end in any order, every line accounted for, and a killed worker goes on."""

import gzip
import json
import time
from itertools import permutations

import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.utils import timezone

from handoff.models import Callback, Effect, RefusedMessage, ResultsFile, WorkItem, WorkItemKind
from handoff.receiving import files
from handoff.tasks import sweep
from handoff.wire import client as wire
from refunds import actions
from refunds.states import RefundStatus
from tests.handoff.test_callbacks import message, post, status
from tests.jobs import queued, run_queued
from tests.pension.factories import submitted
from tests.reports import has_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    refund = actions.approve(refund.number, by=cast.reviewer)
    has_left(refund.instruction_id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return refund


def hand_in(client, body, name="file_1"):
    at = str(int(time.time()))
    seal = wire._seal(portal_settings.AGENCIES["hrss"]["secrets"][0], f"{name}.{at}.".encode() + body)
    headers = {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{seal.decode()}"}
    return client.post("/handoff/results/hrss/", body, content_type="application/x-ndjson", headers=headers)


def ndjson(*said):
    return b"".join(json.dumps(one).encode() + b"\n" for one in said)


def paid(refund):
    return message(refund, "paid", sequence=2, paid_on=timezone.localdate().isoformat())


def accounted(name="file_1"):
    file = ResultsFile.objects.get(message_id=name)
    assert file.finished_at
    return file.lines, file.taken, file.known, file.refused


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_stored_sealed_answered_and_then_applied(client, approved, packed):
    body = ndjson(message(approved), paid(approved))
    body = gzip.compress(body) if packed else body
    answers = [hand_in(client, body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert {answer.json()["id"] for answer in answers} == {str(ResultsFile.objects.get().pk)}
    assert (Callback.objects.count(), len(queued("handoff.read_results"))) == (0, 1)
    assert run_queued() == []
    assert status() == RefundStatus.REFUNDED
    assert accounted() == (2, 2, 0, 0)


def test_the_same_lines_again_change_nothing_and_are_told_as_known(client, approved):
    body = ndjson(message(approved), paid(approved))
    hand_in(client, body)
    hand_in(client, body, "file_2")
    assert hand_in(client, body + b"\n", "file_2").status_code == 409
    assert run_queued() == []
    assert (accounted("file_1"), accounted("file_2")) == ((2, 2, 0, 0), (2, 0, 2, 0))
    assert Callback.objects.count() == 2
    assert status() == RefundStatus.REFUNDED


@pytest.mark.parametrize("order", list(permutations(["file", "other file", "single"])))
def test_files_and_single_messages_end_the_same_in_any_order(client, settings, approved, order):
    accepted, end = message(approved), paid(approved)
    ways = {
        "file": lambda: hand_in(client, ndjson(end, accepted)),
        "other file": lambda: hand_in(client, ndjson(accepted), "file_2"),
        "single": lambda: post(client, settings, end),
    }
    for name in order:
        assert ways[name]().status_code == 202
        assert run_queued() == []
    assert (status(), WorkItem.objects.count()) == (RefundStatus.REFUNDED, 0)


def test_a_bad_line_is_kept_with_its_number_and_holds_up_no_good_one(client, approved):
    bad = {**message(approved), "amount": 1000}
    assert hand_in(client, ndjson(bad) + b"\nno json\n" + ndjson(paid(approved))).status_code == 202
    assert run_queued() == []
    assert accounted() == (3, 1, 0, 2)
    assert status() == RefundStatus.REFUNDED
    whys = sorted(RefusedMessage.objects.values_list("why", flat=True))
    assert [why.partition("：")[0] for why in whys] == ["结果文件第 1 行", "结果文件第 3 行"]
    assert WorkItem.objects.filter(kind=WorkItemKind.UNREADABLE).count() == 2


def test_a_line_that_contradicts_freezes_as_a_message_does(client, approved):
    hand_in(client, ndjson({**paid(approved), "amount": "0.01"}))
    assert run_queued() == []
    assert Callback.objects.get().effect == Effect.CONTRADICTED
    assert WorkItem.objects.get().kind == WorkItemKind.CONTRADICTION


@pytest.mark.parametrize("cut", [15, 1])
def test_a_file_that_breaks_off_is_told(client, approved, cut):
    packed = gzip.compress(ndjson(message(approved)))
    hand_in(client, packed[:-cut])
    assert run_queued() == []
    lines, _taken, _known, refused = accounted()
    assert (lines >= 1, refused) == (True, 1)
    assert "没有读取" in RefusedMessage.objects.get().why


def test_a_killed_worker_goes_on_where_it_was(client, monkeypatch, approved):
    monkeypatch.setattr(files, "CHUNK", 1)
    hand_in(client, ndjson(message(approved), paid(approved)))
    file = ResultsFile.objects.get()
    lines = list(files._lines(file.body.reveal("in a test").encode("latin-1"), after=0))
    assert len(files._take(file, lines[:1])) == 1  # and here it died: stored, not applied, and its job is lost
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute(
            "ALTER TABLE handoff_callback DISABLE TRIGGER USER; ALTER TABLE handoff_resultsfile DISABLE TRIGGER USER"
        )
        for table in ("callback", "resultsfile"):
            cursor.execute(f"UPDATE handoff_{table} SET received_at = now() - interval '2 minutes'")
        cursor.execute(
            "ALTER TABLE handoff_callback ENABLE TRIGGER USER; ALTER TABLE handoff_resultsfile ENABLE TRIGGER USER"
        )
    sweep(0)
    assert {job.task_name for job in queued()} >= {"handoff.apply_callback", "handoff.read_results"}
    with connection.cursor() as cursor:  # what is still to be sent would ask an agency that is not there
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'handoff.send'")
    assert run_queued() == []
    assert accounted() == (2, 2, 0, 0)
    assert status() == RefundStatus.REFUNDED
    assert not Callback.objects.filter(applied_at=None).exists()


def test_a_slice_that_is_over_leaves_the_rest_to_another_job(client, monkeypatch, approved):
    monkeypatch.setattr(files, "CHUNK", 1)
    monkeypatch.setattr(files, "SLICE", -1)
    hand_in(client, ndjson(message(approved), paid(approved)))
    assert not files.read_on(ResultsFile.objects.get().pk)
    assert ResultsFile.objects.get().lines == 1
    assert run_queued() == []
    assert accounted() == (2, 2, 0, 0)
