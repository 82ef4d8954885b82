"""Whatever a signed message says: it is refused and changes nothing, or it is stored and somebody sees to it; never an error."""

import json
from datetime import UTC, datetime

import pytest
from django.conf import settings as portal_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from handoff.models import Callback, RefusedMessage, WorkItem
from handoff.tasks import sweep
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.jobs import queued, run_queued
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
DAYS = ["", None, str(NOW.date()), "0000-01-01", "9999-12-31", "2026-02-30", 7, NOW.isoformat(), "２０２６-01-01"]
TIMES = [
    NOW.isoformat(),
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+14:00",
    "0000-00-00T00:00:00Z",
    "2026-01-01",
]
WORDS = ["", None, "不符", "\0", "\ud800", "长" * 300, "长" * 301, "6228480402564890018", {}, "\u202e", "=cmd()"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
lines = st.lists(
    st.fixed_dictionaries(
        {"ticket_number": st.sampled_from(["T1", "T2", "", "\0", "9" * 41]) | anything},
        optional={
            "outcome": st.sampled_from(["returned", "paid"]) | anything,
            "reason": st.sampled_from(WORDS) | anything,
        },
    ),
    max_size=3,
)
# `instruction_id` True stands for the one that was given.
fields = st.fixed_dictionaries(
    {},
    optional={
        "instruction_id": st.sampled_from([True, True, True, "YL000-9", "", "\0", "9" * 31]) | anything,
        "event": st.sampled_from(["accepted", "refused", "paid", "bounced", "cancelled", "x" * 41]) | anything,
        "occurred_at": st.sampled_from(TIMES) | anything,
        "reason": st.sampled_from(WORDS) | anything,
        "paid_on": st.sampled_from(DAYS) | anything,
        "lines": lines | anything,
    },
)
BASE = {
    "instruction_id": True,
    "event": "paid",
    "occurred_at": NOW.isoformat(),
    "reason": "",
    "paid_on": "",
    "lines": [],
}


def body_of(changes, instruction_id) -> bytes:
    message = {**BASE, **changes}
    if message["instruction_id"] is True:
        message["instruction_id"] = instruction_id
    return json.dumps(message).encode()


def post(client, body: bytes, message_id: str):
    now = datetime.now(UTC)
    secret = portal_settings.AGENCIES["hrss"]["secrets"][0]
    # The library signs text; these bytes are what their text says.
    signature = Webhook(secret).sign(message_id, now, body.decode(errors="strict"))
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    return client.post("/handoff/callbacks/hrss/", body, content_type="application/json", headers=headers)


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return PensionRefund.objects.get()


QUICK = hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@QUICK
@given(changes=fields, message_id=st.sampled_from(["evt_1", "e" * 255, "e" * 256]))
@example(changes={"event": "cancelled"}, message_id="evt_1")
@example(changes={"occurred_at": TIMES[1]}, message_id="evt_1")
@example(changes={"reason": "\ud800"}, message_id="evt_1")
def test_a_signed_message_is_refused_without_a_change_or_stored_and_owned(client, approved, changes, message_id):
    with transaction.atomic():
        response = post(client, body_of(changes, approved.instruction_id), message_id)
        if response.status_code == 202:
            owned(client, approved, body_of(changes, approved.instruction_id), message_id)
        else:
            refused(response)
        transaction.set_rollback(True)


def owned(client, approved, body, message_id):
    """Stored once, and applied: the refund moves on, or a person sees why it does not."""
    assert post(client, body, message_id).status_code == 202
    assert post(client, body + b" ", message_id).status_code == 409
    assert Callback.objects.count() == 1
    assert len(queued("handoff.apply_callback")) == 1
    assert run_queued() == []
    assert Callback.objects.get().applied_at
    moved = PensionRefund.objects.get().refund_status != RefundStatus.APPROVED
    assert moved or WorkItem.objects.exclude(kind="changed_message").exists()


def refused(response):
    """With a sentence; kept, told, and nothing moves."""
    assert response.status_code == 400
    assert "重新发送" in response.json()["detail"]
    assert not Callback.objects.exists()
    assert RefusedMessage.objects.get().why == response.json()["detail"]
    assert WorkItem.objects.get().kind == "unreadable"
    sweep(0)
    assert queued("handoff.apply_callback") == []
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPROVED


@hypothesis_settings(QUICK, max_examples=100)
@given(at=st.integers(0, 200), piece=st.text(max_size=4), cut=st.integers(0, 8))
def test_a_message_that_was_damaged_before_it_was_signed_is_no_error(client, approved, at, piece, cut):
    with transaction.atomic():
        text = body_of({}, approved.instruction_id).decode()
        response = post(client, (text[:at] + piece + text[at + cut :]).encode(errors="replace"), "evt_1")
        assert response.status_code in (202, 400)
        assert Callback.objects.exists() == (response.status_code == 202)
        assert RefusedMessage.objects.exists() == (response.status_code == 400)
        assert run_queued() == []
        transaction.set_rollback(True)
