"""From the decision to the agency's receipt, over real HTTP."""

import httpx
import pytest
from django.db import transaction

from foundation.wire import http
from handoff import deliveries, outbox
from handoff.models import Delivery, DeliveryStatus, WorkItem, WorkItemKind
from handoff.tasks import Backoff, NotAcknowledged
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.jobs import queued, run_queued
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    return actions.approve(refund.number, by=cast.reviewer)


def fault(agency, kind, times=None):
    httpx.post(f"{agency.url}/control", json={"agency": "hrss", "fault": kind, "times": times}).raise_for_status()


def seen(agency):
    return httpx.get(f"{agency.url}/control/seen").json()


# O-02, P1-12, P2-10
def test_approval_makes_one_delivery_and_one_job(approved):
    assert Delivery.objects.get().instruction_id == f"{approved.number}-1"
    assert len(queued("handoff.send")) == 1


def test_a_rolled_back_approval_leaves_neither_delivery_nor_job(cast):
    refund = submitted(cast.resident, office=cast.county)

    @transaction.atomic
    def decide_and_lose_power():
        actions.approve(refund.number, by=cast.reviewer)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        decide_and_lose_power()
    assert not Delivery.objects.exists()
    assert queued() == []
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


def test_an_approval_without_a_handoff_is_undone(cast):
    from refunds.actions import ready_for_handoff

    refund = submitted(cast.resident, office=cast.county)
    receivers, ready_for_handoff.receivers = ready_for_handoff.receivers, []
    ready_for_handoff.sender_receivers_cache.clear()
    try:
        with pytest.raises(RuntimeError, match="exactly one handoff"):
            actions.approve(refund.number, by=cast.reviewer)
    finally:
        ready_for_handoff.receivers = receivers
        ready_for_handoff.sender_receivers_cache.clear()
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


# H-01
def test_a_receipt_moves_the_application_to_the_agency(approved, agency):
    assert run_queued() == []
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.sends) == (DeliveryStatus.ACKNOWLEDGED, 1)
    assert delivery.receipt.startswith("HRSS-")
    assert PensionRefund.objects.get().refund_status == RefundStatus.AGENCY_PROCESSING
    assert [i["instruction_id"] for i in seen(agency)["instructions"]] == [f"{approved.number}-1"]


@pytest.mark.parametrize("kind", ["timeout", "reset", "garbage", "server_error", "redirect"])
def test_no_clear_answer_means_unknown_and_is_asked_again(approved, agency, kind):
    fault(agency, kind, times=1)
    assert [type(error) for error in run_queued()] == [NotAcknowledged]
    assert Delivery.objects.get().status == DeliveryStatus.UNKNOWN
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPROVED
    again(approved)
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED


# O-02
def test_a_lost_reply_ends_in_one_refund_at_the_agency(approved, agency):
    fault(agency, "accept_then_drop", times=1)
    run_queued()
    assert Delivery.objects.get().status == DeliveryStatus.UNKNOWN
    again(approved)
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED
    told = seen(agency)
    assert len(told["instructions"]) == 1
    assert [len(told[what]) for what in ("requests", "questions")] == [1, 1]  # it is asked about, not sent again


@pytest.mark.parametrize(("status", "sent"), [(200, 1), (500, 1), (404, 2), (405, 2)])
def test_an_answer_that_says_not_whether_it_has_it_is_no_leave_to_send_again(
    approved, agency, monkeypatch, status, sent
):
    """Only of an agency that knows no such question there is no other way."""
    fault(agency, "accept_then_drop", times=1)
    run_queued()
    network = http.exchange

    def exchange(method, url, content, headers):
        return network(method, url, content, headers) if method == "POST" else httpx.Response(status, text="<html>")

    monkeypatch.setattr(http, "exchange", exchange)
    answer = deliveries.send(Delivery.objects.get().pk)
    assert (bool(answer.receipt), len(seen(agency)["requests"])) == (sent == 2, sent)


def test_a_busy_agency_says_when_to_come_back():
    class Answer:
        text, retry_after = "对方繁忙（429）", 90

    class Job:
        attempts = 0

    decision = Backoff().get_retry_decision(exception=NotAcknowledged(Answer), job=Job)
    assert decision is not None
    assert decision.retry_at is not None


def test_a_refused_message_goes_to_a_person_who_can_send_it_again(approved, agency, cast):
    fault(agency, "bad_request", times=1)
    assert run_queued() == []
    item = WorkItem.objects.get()
    assert (item.kind, item.office, item.number) == (WorkItemKind.HELD, cast.county, approved.number)
    assert Delivery.objects.get().status == DeliveryStatus.HELD
    outbox.send_again(item, by=cast.reviewer)
    run_queued()
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED
    assert WorkItem.objects.get().closed_by == cast.reviewer


def test_a_job_that_runs_twice_sends_once(approved, agency):

    run_queued()
    assert deliveries.send(Delivery.objects.get().pk) is None
    assert len(seen(agency)["requests"]) == 1


def test_the_message_at_rest_is_encrypted_and_never_printed(approved):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(body, 'escape') FROM handoff_delivery")
        assert "6228480402564890018" not in cursor.fetchone()[0]
    assert str(Delivery.objects.get().body) == "（已加密）"
    assert "6228480402564890018" in Delivery.objects.get().body.reveal("in a test")


def again(refund):
    """What the worker does when the wait is over."""

    assert deliveries.send(Delivery.objects.get(number=refund.number).pk).receipt
