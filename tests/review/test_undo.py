"""收回决定: whoever decided takes it back on the case page, while nothing has left (design.md section 4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handoff.models import Delivery, DeliveryStatus
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.pages import text
from tests.pension.factories import submitted
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _grace(settings):
    settings.DECISION_GRACE_SECONDS = 60


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def case(user, refund):
    return text(signed_in(user).get(f"/review/{refund.number}/"))


def undo(user, refund):
    return signed_in(user).post(f"/review/{refund.number}/undo/", follow=True)


def state():
    refund = PensionRefund.objects.get()
    return refund.refund_status, refund.review_status


def test_the_sentence_after_a_decision_leads_to_where_it_is_taken_back(cast, refund):
    response = signed_in(cast.reviewer).post(f"/review/{refund.number}/approve/", follow=True)
    assert f'<a href="/review/{refund.number}/#undo">收回决定</a>' in response.content.decode()
    assert "秒内、发给对方之前" in text(response)


def test_a_pass_taken_back_is_pending_again_and_nothing_is_sent(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    assert "秒可以收回" in case(cast.reviewer, refund)
    assert "决定已收回" in text(undo(cast.reviewer, refund))
    assert state() == (RefundStatus.APPLIED, ReviewStatus.PENDING)
    assert Delivery.objects.get().status == DeliveryStatus.CANCELLED
    words = case(cast.reviewer, refund)
    assert "审核决定已收回" in words
    assert "收回决定" not in words
    assert "审核决定已收回" in text(signed_in(cast.resident).get(f"/refunds/{refund.number}/"))


def test_a_rejection_is_taken_back_too(cast, refund):
    signed_in(cast.reviewer).post(f"/review/{refund.number}/reject/", {"reason": "other", "remark": "看错了"})
    undo(cast.reviewer, refund)
    assert state() == (RefundStatus.APPLIED, ReviewStatus.PENDING)


def test_a_referral_is_taken_back_too(cast):
    big = submitted(UserFactory(resident=True), office=cast.county, amount="10000.01")
    actions.approve(big.number, by=cast.reviewer)
    undo(cast.reviewer, big)
    assert state() == (RefundStatus.APPLIED, ReviewStatus.PENDING)


def test_too_late_it_says_so(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    PensionRefund.objects.update(decided_at=timezone.now() - timedelta(seconds=61))
    assert "秒可以收回" not in case(cast.reviewer, refund)
    response = undo(cast.reviewer, refund)
    assert response.status_code == 409
    assert "收回决定的时间已过，或已经移交对方，不能再收回" in text(response)
    assert state()[0] == RefundStatus.APPROVED


def test_once_it_has_left_it_is_too_late(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    Delivery.objects.update(sent_at=timezone.now())
    assert undo(cast.reviewer, refund).status_code == 409
    assert state()[0] == RefundStatus.APPROVED


def test_another_officer_does_not_see_it_and_cannot(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    assert "秒可以收回" not in case(cast.colleague, refund)
    assert undo(cast.colleague, refund).status_code == 409
    assert undo(cast.outsider, refund).status_code == 404
    assert state()[0] == RefundStatus.APPROVED
