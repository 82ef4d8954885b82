"""What an agency reports: verified, stored once, answered, applied; in any order, any number of times."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from handoff.models import Callback, WorkItem, WorkItemKind
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.jobs import queued, run_queued
from tests.pension.factories import account_of, submitted
from tests.reports import has_left, report

pytestmark = pytest.mark.django_db
URL = "/handoff/callbacks/hrss/"


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    return actions.approve(refund.number, by=cast.reviewer)


def message(refund, event="accepted", **more):
    now = datetime.now(UTC).isoformat()
    return {
        "event": event,
        "instruction_id": refund.instruction_id,
        "sequence": 1,
        "amount": str(refund.amount),
        "occurred_at": now,
        "reason": "",
        "paid_on": "",
        **more,
    }


def post(client, settings, body, *, message_id="evt_1", at=None, secret=None, url=URL):
    text = body if isinstance(body, str) else json.dumps(body)
    at = at or datetime.now(UTC)
    signature = Webhook(secret or settings.AGENCIES["hrss"]["secrets"][0]).sign(message_id, at, text)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    return client.post(url, text, content_type="application/json", headers=headers)


def status():
    return PensionRefund.objects.get().refund_status


def test_a_signed_message_is_stored_answered_and_then_applied(client, settings, approved):
    assert post(client, settings, message(approved)).status_code == 202
    assert status() == RefundStatus.APPROVED
    has_left(approved.instruction_id)
    run_accepted(approved)
    assert status() == RefundStatus.PAYING


def run_accepted(refund):
    job = queued("handoff.apply_callback")[0]
    from handoff import deliveries

    deliveries.apply(job.args["callback_id"])


def test_the_same_message_twice_is_one_message(client, settings, approved):
    body = json.dumps(message(approved))
    assert [post(client, settings, body).status_code for _ in range(3)] == [202] * 3
    assert Callback.objects.count() == 1
    assert len(queued("handoff.apply_callback")) == 1


@pytest.mark.parametrize("age", [-301, 301, 86400])
def test_an_old_or_future_message_is_refused(client, settings, approved, age):
    at = datetime.now(UTC) - timedelta(seconds=age)
    assert post(client, settings, message(approved), at=at).status_code == 401


def test_a_message_signed_by_a_stranger_is_refused(client, settings, approved):
    other = settings.AGENCIES["medical"]["secrets"][0]
    assert post(client, settings, message(approved), secret=other).status_code == 401
    assert not Callback.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "a"},
        {"webhook-id": "a", "webhook-timestamp": "x", "webhook-signature": "v1,AA=="},
        {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "nonsense"},
        {"webhook-id": "a", "webhook-timestamp": "NaN", "webhook-signature": "v1,***"},
    ],
)
def test_malformed_signatures_are_refused_and_never_an_error(client, approved, headers):
    assert client.post(URL, "{}", content_type="application/json", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "{}",
        '{"event": "", "instruction_id": "a", "occurred_at": "2026-01-01T00:00:00+08:00"}',
        '{"event": "paid", "instruction_id": 7, "occurred_at": "2026-01-01T00:00:00+08:00"}',
        '{"event": "paid", "instruction_id": "a", "occurred_at": "2026-01-01T00:00:00"}',
        '{"event": "paid", "instruction_id": "a", "occurred_at": "2026-01-01T00:00:00+08:00", "paid_on": "soon"}',
        '{"event": "paid", "instruction_id": "a\\u0000", "occurred_at": "2026-01-01T00:00:00+08:00"}',
    ],
)
def test_a_signed_message_we_cannot_read_is_answered_400(client, settings, body):
    assert post(client, settings, body).status_code == 400
    assert not Callback.objects.exists()


def test_during_a_rotation_both_secrets_are_good(client, settings, approved):
    old, new = settings.AGENCIES["hrss"]["secrets"][0], settings.AGENCIES["medical"]["secrets"][0]
    settings.AGENCIES = {**settings.AGENCIES, "hrss": {**settings.AGENCIES["hrss"], "secrets": [new, old]}}
    assert post(client, settings, message(approved), secret=old).status_code == 202
    assert post(client, settings, message(approved), secret=new, message_id="evt_2").status_code == 202


def test_an_unknown_agency_has_no_door(client, settings):
    response = post(client, settings, "{}", url="/handoff/callbacks/police/")
    assert (response.status_code, response["content-type"]) == (404, "application/json")
    assert response.json() == {"error": "agency", "detail": "没有这个机构代码，请核对回传地址。"}


EXPECTED = {
    ("accepted",): RefundStatus.PAYING,
    ("refused",): RefundStatus.AGENCY_RETURNED,
    ("paid",): RefundStatus.REFUNDED,
    ("bounced",): RefundStatus.PAYMENT_FAILED,
    ("accepted", "paid"): RefundStatus.REFUNDED,
    ("accepted", "bounced"): RefundStatus.PAYMENT_FAILED,
}


# H-01, H-03
@pytest.mark.parametrize(("events", "final"), EXPECTED.items())
def test_order_and_repetition_do_not_matter(cast, events, final):
    for order in set(itertools.permutations(events * 2)):
        refund = submitted(cast.resident, office=cast.county)
        actions.approve(refund.number, by=cast.reviewer)
        report(refund.number, events=order)
        assert PensionRefund.objects.get(pk=refund.pk).refund_status == final
        assert not WorkItem.objects.exists()


@pytest.mark.parametrize(
    "events", [("paid", "refused"), ("refused", "paid"), ("refused", "accepted"), ("cancelled", "paid")]
)
def test_a_contradiction_freezes_it_and_goes_to_a_person(approved, cast, events):
    report(approved.number, events=events[:1])
    before = status()
    report(approved.number, events=[*events, events[1]], steps="in_order")
    refund = PensionRefund.objects.get()
    assert (refund.refund_status, refund.disputed) == (before, refund.number)
    item = WorkItem.objects.get()
    assert (item.kind, item.office) == (WorkItemKind.CONTRADICTION, cast.county)


def test_a_result_for_an_instruction_nobody_gave_goes_to_a_person(approved):
    report(approved.number, events=["paid"], instruction_id="YL000-9")
    assert WorkItem.objects.get().kind == WorkItemKind.UNKNOWN_INSTRUCTION
    assert status() == RefundStatus.APPROVED


def test_a_corrected_account_goes_out_as_the_next_instruction_and_late_news_of_the_first_is_no_news(approved, cast):
    report(approved.number, events=["accepted", "bounced"])
    first = approved.instruction_id
    actions.correct_account(
        approved.number, by=cast.resident, account=account_of(cast.resident.person, "6228480402564890026")
    )
    assert status() == RefundStatus.APPROVED
    report(approved.number, events=["bounced", "accepted"], instruction_id=first)
    assert status() == RefundStatus.APPROVED
    report(approved.number, events=["paid"])
    assert status() == RefundStatus.REFUNDED
    assert PensionRefund.objects.get().attempt == 2


def test_a_callback_that_overtakes_the_receipt_is_not_lost(approved, agency):
    report(approved.number, events=["paid"])
    run_queued()
    assert status() == RefundStatus.REFUNDED
