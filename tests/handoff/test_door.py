"""The agencies' door: a message is understood and stored whole, or refused with a sentence and kept; nothing is lost in
silence."""

import json
from datetime import UTC, datetime, timedelta

import pgtrigger
import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.utils import timezone

from handoff.models import Callback, Delivery, RefusedMessage, WorkItem, WorkItemKind
from handoff.wire import messages
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.handoff.test_callbacks import message, post, status
from tests.jobs import queued, run_queued
from tests.mutations.damage import Message
from tests.pension.factories import submitted
from tests.reports import has_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return PensionRefund.objects.get()


def soon(**more):
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


REFUSED = {
    "no year": {"occurred_at": "0000-01-01T00:00:00+08:00"},
    "before the first day": {"occurred_at": "0001-01-01T00:00:00+14:00"},
    "after the last day": {"occurred_at": "9999-12-31T23:59:59-23:59"},
    "long ago": {"occurred_at": "1999-12-31T23:59:59Z"},
    "not yet": {"occurred_at": soon(days=1)},
    "nowhere": {"occurred_at": "2026-01-01T00:00:00"},
    "a number": {"occurred_at": 1_700_000_000},
    "paid tomorrow": {"event": "paid", "paid_on": soon(days=2)[:10]},
    "paid in no year": {"event": "paid", "paid_on": "0001-01-01"},
    "paid by a number": {"event": "paid", "paid_on": 20261121},
    "a long instruction": {"instruction_id": "9" * 31},
    "a long word": {"event": "x" * 41},
    "a long reason": {"event": "refused", "reason": "长" * 301},
    "a reason with NUL": {"event": "refused", "reason": "不符\0"},
    "half a character": {"event": "refused", "reason": "\ud800"},
    "a long ticket": {"lines": [{"ticket_number": "9" * 41, "outcome": "returned", "reason": ""}]},
    "a long reason of a line": {"lines": [{"ticket_number": "9", "outcome": "returned", "reason": "长" * 301}]},
    "a line that is none": {"lines": [7]},
    "no list": {"lines": {"outcome": "returned"}},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_what_is_not_as_agreed_is_refused_with_a_sentence_kept_and_told(client, settings, approved, cast, change):
    body = {**message(approved), **change}
    for _ in range(2):
        response = post(client, settings, body)
        assert response.status_code == 400
        assert response.json()["detail"].endswith("请改正后重新发送。")
    assert not Callback.objects.exists()
    kept = RefusedMessage.objects.get()
    assert json.loads(kept.body.reveal("in a test")) == body
    assert (kept.agency, kept.message_id, kept.why) == ("hrss", "evt_1", response.json()["detail"])
    item = WorkItem.objects.get()
    assert item.kind == WorkItemKind.UNREADABLE
    assert kept.why in item.detail
    known = body["instruction_id"] == approved.instruction_id
    assert (item.number, item.office) == ((approved.number, cast.county) if known else ("", None))


def test_a_refused_message_is_sealed(client, settings, approved):
    post(client, settings, {**message(approved), "event": "", "name": "欧阳锋"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM handoff_refusedmessage")
        assert "欧阳锋".encode() not in bytes(cursor.fetchone()[0])
    assert str(RefusedMessage.objects.get().body) == "（已加密）"


def test_what_cannot_be_read_at_all_is_kept_too(client, settings):
    assert post(client, settings, "[" * 100_000).status_code == 400
    assert RefusedMessage.objects.get().body.reveal("in a test") == "[" * 100_000
    assert (WorkItem.objects.get().agency, WorkItem.objects.get().instruction_id) == ("hrss", "")


def test_a_message_that_says_a_thing_twice_is_refused(client, settings, approved):
    """Paid or refused? The agency's books may hold the one, and ours would hold the other."""
    twice = json.dumps(message(approved, "paid")).replace("{", '{"event": "refused", ', 1)
    response = post(client, settings, twice)
    assert (response.status_code, "出现了两次" in response.json()["detail"]) == (400, True)
    assert not Callback.objects.exists()
    assert RefusedMessage.objects.get().why == response.json()["detail"]


def test_what_is_signed_and_no_utf_8_is_told_so_and_kept(client, approved):
    """GBK, for one: an agency that is told to look at its key would look for ever."""
    truth = Message(
        "hrss", portal_settings.AGENCIES["hrss"]["secrets"][0], message(approved, "refused", reason="不符"), "evt_1"
    )
    truth.body = json.dumps(truth.fields, ensure_ascii=False).encode("gbk")
    truth.sign()
    response = client.post(
        "/handoff/callbacks/hrss/", truth.body, content_type="application/json", headers=truth.headers
    )
    assert response.status_code == 400
    assert RefusedMessage.objects.get().why == response.json()["detail"]
    assert WorkItem.objects.get().kind == WorkItemKind.UNREADABLE


def test_what_is_not_signed_leaves_nothing(client, settings, approved):
    other = settings.AGENCIES["medical"]["secrets"][0]
    assert post(client, settings, {**message(approved), "event": ""}, secret=other).status_code == 401
    assert not RefusedMessage.objects.exists()
    assert not WorkItem.objects.exists()


def test_a_long_id_is_kept_whole_and_a_longer_one_is_refused(client, settings, approved):
    long = "e" * messages.MAX_MESSAGE_ID
    assert post(client, settings, message(approved), message_id=long).status_code == 202
    assert Callback.objects.get().message_id == long
    assert post(client, settings, message(approved), message_id=long + "e").status_code == 400
    assert RefusedMessage.objects.get().message_id == long + "e"
    assert Callback.objects.count() == 1


def test_two_long_ids_that_begin_alike_are_two_messages(client, settings, approved):
    for ending in "ab":
        assert post(client, settings, message(approved), message_id="e" * 80 + ending).status_code == 202
    assert Callback.objects.count() == 2


def test_the_longest_reason_reaches_the_applicant_whole(client, settings, approved):
    has_left(approved.instruction_id)
    assert post(client, settings, message(approved, "refused", reason="长" * 300)).status_code == 202
    run_queued()
    assert PensionRefund.objects.get().agency_reason == "长" * 300


def test_another_body_under_the_same_id_is_a_conflict_and_a_work_item(client, settings, approved, cast):
    body = message(approved)
    assert post(client, settings, body).status_code == 202
    response = post(client, settings, {**body, "event": "refused"})
    assert response.status_code == 409
    assert "换一个 webhook-id" in response.json()["detail"]
    item = WorkItem.objects.get()
    assert (item.kind, item.office, item.number) == (WorkItemKind.CHANGED_MESSAGE, cast.county, approved.number)
    assert json.loads(RefusedMessage.objects.get().body.reveal("in a test"))["event"] == "refused"
    assert post(client, settings, body).status_code == 202
    assert len(queued("handoff.apply_callback")) == 1


def test_a_message_from_before_the_digests_may_still_be_repeated(client, settings, approved):
    body = message(approved)
    post(client, settings, body)
    with pgtrigger.ignore("handoff.Callback:as_it_came"):
        Callback.objects.update(digest=b"")
    assert post(client, settings, body).status_code == 202
    assert post(client, settings, {**body, "event": "refused"}).status_code == 409


@pytest.mark.parametrize("known", [True, False])
def test_a_word_we_do_not_know_is_stored_and_goes_to_a_person(client, settings, approved, cast, known):
    body = {**message(approved, "postponed"), **({} if known else {"instruction_id": "YL000-9"})}
    assert post(client, settings, body).status_code == 202
    assert run_queued() == []
    assert status() == RefundStatus.APPROVED
    assert Callback.objects.get().applied_at
    item = WorkItem.objects.get()
    kind = WorkItemKind.UNKNOWN_EVENT if known else WorkItemKind.UNKNOWN_INSTRUCTION
    assert (item.kind, item.office) == (kind, cast.county if known else None)
    assert "postponed" in item.detail


def test_money_that_was_paid_before_the_instruction_was_given_is_a_contradiction(client, settings, approved):
    yesterday = str(timezone.localdate(Delivery.objects.get().created_at) - timedelta(days=1))
    assert post(client, settings, message(approved, "paid", paid_on=yesterday)).status_code == 202
    assert run_queued() == []
    assert status() == RefundStatus.APPROVED
    assert WorkItem.objects.get().kind == WorkItemKind.CONTRADICTION


def test_money_that_is_paid_on_the_very_day_is_paid(client, settings, approved):
    has_left(approved.instruction_id)
    post(client, settings, message(approved, "paid", paid_on=str(timezone.localdate())))
    run_queued()
    assert status() == RefundStatus.REFUNDED


def test_a_body_in_pieces_is_told_to_say_its_length(client):
    response = client.generic(
        "POST", "/handoff/callbacks/hrss/", b"", headers={"transfer-encoding": "chunked", "webhook-id": "a"}
    )
    assert response.status_code == 411
    assert "Content-Length" in response.json()["detail"]


def test_a_body_that_breaks_off_is_no_error(client, monkeypatch):
    from django.core.handlers.wsgi import WSGIRequest
    from django.http import UnreadablePostError

    def broken(self, *args):
        raise UnreadablePostError

    monkeypatch.setattr(WSGIRequest, "read", broken)
    assert client.post("/handoff/callbacks/hrss/", "{}", content_type="application/json").status_code == 400
