"""撤销退费 (P2-07): a preview, then all of it goes or nothing does."""

import pytest

from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus, ReviewStatus
from tests.medical.reading import values
from tests.pages import text
from tests.pension.factories import PaymentFactory, submitted

pytestmark = pytest.mark.django_db
URL = "/pension/withdraw/"


@pytest.fixture
def refund(client, cast):
    client.force_login(cast.resident)
    return submitted(cast.resident, office=cast.county)


def payment_of(refund):
    return refund.lines.get().payment_id


def test_the_preview_says_what_goes_and_changes_nothing(client, refund):
    words = text(client.get(URL, {"payment": payment_of(refund)}))
    assert refund.number in words
    assert "撤销这 1 笔申请" in words
    refund.refresh_from_db()
    assert refund.refund_status == RefundStatus.APPLIED


# P1-07, P2-07, I-06
def test_withdrawing_frees_the_payment_and_keeps_the_record(client, refund, cast):
    response = client.post(URL, {"payment": payment_of(refund)}, follow=True)
    assert "撤销成功" in text(response)
    refund.refresh_from_db()
    assert (refund.refund_status, refund.review_status) == (RefundStatus.NOT_APPLIED, ReviewStatus.WITHDRAWN)
    assert refund.number in text(client.get("/pension/progress/"))
    assert submitted(cast.resident, refund.lines.get().payment)


# P1-08
def test_after_the_decision_it_is_refused_with_the_reason(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    for response in (
        client.get(URL, {"payment": payment_of(refund)}),
        client.post(URL, {"payment": payment_of(refund)}),
    ):
        assert "只有审核状态为“待审核”的申请可以撤销" in text(response)
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPROVED


def test_one_decided_among_several_stops_all(client, refund, cast):
    other = submitted(cast.resident, office=cast.county, year=2021)
    actions.approve(refund.number, by=cast.reviewer)
    client.post(URL, {"payment": [payment_of(refund), payment_of(other)]})
    other.refresh_from_db()
    assert other.refund_status == RefundStatus.APPLIED


# P1-07: each button takes its own part of what is ticked
def test_of_a_mixture_of_ticks_the_preview_takes_what_can_be_taken_back(client, refund, cast):
    open_still = PaymentFactory(person=cast.resident.person, office=cast.county, year=2021)
    asked = {"payment": [payment_of(refund), open_still.pk]}
    assert "已选 2 笔，其中 1 笔可撤销，这次撤销这 1 笔" in text(client.get(URL, asked))
    assert values(client.get(URL, asked), "payment") == [str(payment_of(refund))]
    assert "撤销成功：1 笔" in text(client.post(URL, asked, follow=True))
    assert not PensionRefund.objects.filter(lines__payment=open_still).exists()


# P2-07
def test_nothing_applied_for_says_what_to_tick(client, refund, cast):
    payment = PaymentFactory(person=cast.resident.person, year=2021)
    assert "请先勾选已申请的记录" in text(client.get(URL, {"payment": payment.pk}))


def test_somebody_elses_application_does_not_exist(client, refund, cast):
    client.force_login(cast.stranger)
    assert "请先勾选已申请的记录" in text(client.post(URL, {"payment": payment_of(refund)}))
    refund.refresh_from_db()
    assert refund.refund_status == RefundStatus.APPLIED
