"""What an agency says against itself or against us stops the money until a person has asked (design.md section 4)."""

from decimal import Decimal

import pytest

from handoff import deliveries, desk, settling
from handoff.items import open_for
from handoff.models import Callback, Delivery, DeliveryStatus, Effect, Proposal, WorkItem, WorkItemKind
from pension.models import PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.handoff.desk import add_event, order
from tests.jobs import queued, run_queued
from tests.pension.factories import account_of, applied_again, submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
OTHER_ACCOUNT = "6228480402564890026"


@pytest.fixture
def approved(cast):
    return actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)


def now(refund):
    return PensionRefund.objects.get(pk=refund.pk)


def correct(refund, cast):
    return actions.correct_account(
        refund.number, by=cast.resident, account=account_of(cast.resident.person, OTHER_ACCOUNT)
    )


def call_back(refund, cast):
    """撤回移交, by two officers."""
    item = open_for(WorkItemKind.RECONCILIATION, refund.number, agency="hrss", refund=now(refund), detail="测试")
    desk.propose(item, Proposal.RECALL, by=cast.reviewer)
    desk.confirm(item, by=cast.countersigner)


def delivery(refund, attempt):
    return Delivery.objects.get(instruction_id=f"{refund.number}-{attempt}")


# 银行退汇 -----------------------------------------------------------------------------------------------------------------


def test_money_that_comes_back_a_week_later_opens_the_correction(approved, cast):
    report(approved.number, events=["accepted", "paid", "bounced"], steps="in_order")
    refund = now(approved)
    assert (refund.refund_status, refund.agency_reason, refund.refunded_on) == (
        RefundStatus.PAYMENT_FAILED,
        "户名不符",
        None,
    )
    assert refund.can_correct_account
    assert not WorkItem.objects.exists()
    correct(approved, cast)
    report(approved.number, events=["paid"])
    assert (now(approved).refund_status, now(approved).paid_attempt) == (RefundStatus.REFUNDED, 2)


# Paid after all -----------------------------------------------------------------------------------------------------------


def test_paid_after_all_stops_the_next_attempt_that_was_never_sent(approved, cast):
    report(approved.number, events=["accepted", "bounced"], steps="in_order")
    correct(approved, cast)
    assert now(approved).account_number.reveal("in a test") == OTHER_ACCOUNT
    report(approved.number, events=["paid"], instruction_id=f"{approved.number}-1", steps={"paid": 3})
    refund = now(approved)
    assert (refund.refund_status, refund.paid_attempt) == (RefundStatus.REFUNDED, 1)
    assert refund.account_number.reveal("in a test") == "6228480402564890018"  # where it really went
    assert delivery(approved, 2).status == DeliveryStatus.CANCELLED
    assert deliveries.send(delivery(approved, 2).pk) is None
    assert not WorkItem.objects.exists()


def test_paid_after_all_when_the_next_one_has_left_stands_still(approved, cast, agency):
    report(approved.number, events=["accepted", "bounced"], steps="in_order")
    correct(approved, cast)
    run_queued()  # -2 is sent
    report(approved.number, events=["paid"], instruction_id=f"{approved.number}-1", steps={"paid": 3})
    refund = now(approved)
    assert refund.disputed == refund.number
    assert delivery(approved, 1).status == DeliveryStatus.BOUNCED
    assert "第 2 次移交已经发出" in WorkItem.objects.get().detail


def test_paid_after_all_when_the_rest_was_called_back_stands_still(approved, cast):
    """Otherwise she applies again and is paid twice."""
    report(approved.number, events=["accepted", "bounced"], steps="in_order")
    correct(approved, cast)
    call_back(approved, cast)
    report(approved.number, events=["paid"], instruction_id=f"{approved.number}-1", steps={"paid": 3})
    assert (now(approved).refund_status, now(approved).disputed) == (RefundStatus.TAX_RETURNED, approved.number)
    assert "退付失败后又回传已退付，而这笔申请已是“税务退回”" in WorkItem.objects.get(closed_at=None).detail
    assert PensionRefundLine.objects.get(refund=approved.pk).live


@pytest.mark.breaks_on_purpose
def test_what_no_machine_allows_freezes_and_is_not_undone_in_silence(approved):
    PensionRefund.objects.update(refund_status=RefundStatus.PAYING)  # and its handoff has no receipt
    report(approved.number, events=["paid"])
    assert Callback.objects.get().effect == Effect.CONTRADICTED
    assert (now(approved).disputed, delivery(approved, 1).status) == (approved.number, DeliveryStatus.WAITING)
    assert "申请是“银行退付中”，又收到“银行已退付”" in WorkItem.objects.get().detail


def test_late_news_that_an_earlier_attempt_failed_is_no_news(approved, cast):
    report(approved.number, events=["accepted", "bounced"], steps="in_order")
    correct(approved, cast)
    report(approved.number, events=["bounced"], instruction_id=f"{approved.number}-1", steps={"bounced": 7})
    assert (now(approved).refund_status, now(approved).disputed) == (RefundStatus.APPROVED, "")


# Frozen -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(approved):
    report(approved.number, events=["bounced", "refused"], steps="in_order")
    assert now(approved).disputed
    return now(approved)


def test_frozen_means_no_account_no_send_and_messages_are_kept(frozen, cast):
    with pytest.raises(errors.Frozen, match="正在向对方核实"):
        correct(frozen, cast)
    assert deliveries.send(delivery(frozen, 1).pk) is None
    report(frozen.number, events=["paid"], steps={"paid": 3})
    assert Callback.objects.latest("id").effect == Effect.KEPT
    assert now(frozen).refund_status == RefundStatus.PAYMENT_FAILED


def test_paid_after_it_was_refused_takes_the_payment_again(approved, cast):
    report(approved.number, events=["refused", "paid"], steps="in_order")
    assert now(approved).disputed == approved.number
    assert PensionRefundLine.objects.get(refund=approved.pk).live
    with pytest.raises(errors.AlreadyClaimed):
        applied_again(cast.resident, approved)


def test_a_newer_application_of_the_payment_is_frozen_with_it_and_passes_it_back(approved, cast):
    report(approved.number, events=["refused"])
    newer = applied_again(cast.resident, approved)
    report(approved.number, events=["paid"], steps={"paid": 3})
    assert now(newer).disputed == now(approved).disputed == approved.number
    assert newer.number in WorkItem.objects.get().detail
    with pytest.raises(errors.Frozen, match=approved.number):
        actions.approve(newer.number, by=cast.reviewer)
    actions.reject(newer.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other_channel"))
    assert now(newer).disputed == ""
    assert PensionRefundLine.objects.get(live=True).refund_id == approved.pk


def test_the_applicant_may_take_the_newer_application_back(approved, cast):
    report(approved.number, events=["refused"])
    newer = applied_again(cast.resident, approved)
    report(approved.number, events=["paid"], steps={"paid": 3})
    actions.withdraw(newer.number, by=cast.resident)
    assert PensionRefundLine.objects.get(live=True).refund_id == approved.pk


def test_an_approved_newer_application_is_not_sent(approved, cast):
    report(approved.number, events=["refused"])
    newer = actions.approve(applied_again(cast.resident, approved).number, by=cast.reviewer)
    report(approved.number, events=["paid"], steps={"paid": 3})
    assert deliveries.send(delivery(newer, 1).pk) is None
    assert delivery(newer, 1).sent_at is None


def test_settling_calls_back_the_next_attempt_that_was_never_sent(approved, cast, agency):
    """Otherwise it would be paid as well."""
    run_queued()
    add_event(agency, "bounced", f"{approved.number}-1").raise_for_status()
    report(approved.number, events=["bounced"], steps={"bounced": 1})
    correct(approved, cast)
    report(
        approved.number,
        events=["paid"],
        instruction_id=f"{approved.number}-1",
        steps={"paid": 2},
        amount=Decimal("1.00"),
    )
    assert now(approved).disputed
    add_event(agency, "paid", f"{approved.number}-1").raise_for_status()
    settling.ask(WorkItem.objects.get(), by=cast.reviewer)
    assert (now(approved).refund_status, now(approved).paid_attempt) == (RefundStatus.REFUNDED, 1)
    assert delivery(approved, 2).status == DeliveryStatus.CANCELLED
    run_queued()
    assert delivery(approved, 2).sent_at is None


def test_paid_after_it_was_recalled_and_applied_for_again_freezes_both(approved, cast, agency):
    order(agency, "unprocessable", times=1)
    run_queued()
    item = WorkItem.objects.get()
    desk.propose(item, Proposal.RECALL, by=cast.reviewer)
    desk.confirm(item, by=cast.colleague)
    newer = actions.approve(applied_again(cast.resident, approved).number, by=cast.reviewer)
    report(approved.number, events=["paid"])
    assert now(newer).disputed == now(approved).disputed == approved.number
    assert deliveries.send(delivery(newer, 1).pk) is None


def test_settling_closes_the_contradiction_from_whichever_item_it_was_asked(approved, cast, agency):
    run_queued()
    add_event(agency, "bounced", f"{approved.number}-1").raise_for_status()
    report(approved.number, events=["bounced", "accepted"], steps="in_order")
    add_event(agency, "bounced", f"{approved.number}-1").raise_for_status()
    other = open_for(
        WorkItemKind.UNREADABLE, f"{approved.number}-1", agency="hrss", refund=now(approved), detail="测试"
    )
    settling.ask(other, by=cast.reviewer)
    assert now(approved).disputed == ""
    assert [one.kind for one in WorkItem.objects.filter(closed_at=None)] == [WorkItemKind.UNREADABLE]


# Sent ---------------------------------------------------------------------------------------------------------------------


def test_the_mark_of_having_been_sent_stands_before_the_first_byte_leaves(approved, settings, agency):
    assert delivery(approved, 1).sent_at is None
    settings.AGENCIES["hrss"]["url"] = "http://127.0.0.1:9"
    run_queued()
    assert (delivery(approved, 1).is_sent, delivery(approved, 1).status) == (True, DeliveryStatus.UNKNOWN)


# 收回决定 -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def grace(settings):
    settings.DECISION_GRACE_SECONDS = 60


def test_a_pass_is_taken_back_and_nothing_was_sent(cast, grace, agency):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    assert run_queued() == []  # it waits for a minute
    assert len(queued("handoff.send")) == 1
    actions.undo(refund.number, by=cast.reviewer)
    assert (now(refund).refund_status, now(refund).review_status) == ("applied", "pending")
    assert delivery(refund, 1).status == DeliveryStatus.CANCELLED
    assert deliveries.send(delivery(refund, 1).pk) is None
    again = actions.approve(refund.number, by=cast.colleague)
    assert again.instruction_id == f"{refund.number}-2"


def test_what_was_sent_is_not_taken_back(cast, grace, agency):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    deliveries.send(delivery(refund, 1).pk)
    with pytest.raises(errors.TooLate):
        actions.undo(refund.number, by=cast.reviewer)


def test_only_whoever_decided_and_only_for_a_while(cast, grace, settings):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    with pytest.raises(errors.NotAllowed, match="只有作出决定的人"):
        actions.undo(refund.number, by=cast.colleague)
    settings.DECISION_GRACE_SECONDS = -1
    with pytest.raises(errors.TooLate):
        actions.undo(refund.number, by=cast.reviewer)


def test_a_rejection_is_taken_back_unless_she_has_applied_again(cast, grace):
    refund = submitted(cast.resident, office=cast.county)
    why = RejectReason.objects.get(code="other")
    actions.reject(refund.number, by=cast.reviewer, reason=why)
    actions.undo(refund.number, by=cast.reviewer)
    assert (now(refund).refund_status, now(refund).reject_reason) == ("applied", None)
    actions.reject(refund.number, by=cast.reviewer, reason=why)
    applied_again(cast.resident, refund)
    with pytest.raises(errors.AlreadyClaimedSince):
        actions.undo(refund.number, by=cast.reviewer)


def test_a_referral_is_taken_back_by_the_reviewer_and_a_countersigning_by_the_countersigner(cast, grace):
    refund = submitted(cast.resident, office=cast.county, amount="10000.01")
    actions.approve(refund.number, by=cast.reviewer)
    actions.undo(refund.number, by=cast.reviewer)
    assert now(refund).review_status == "pending"
    actions.approve(refund.number, by=cast.reviewer)
    actions.countersign(refund.number, by=cast.countersigner)
    actions.undo(refund.number, by=cast.countersigner)
    assert (now(refund).review_status, now(refund).reviewed_by) == ("countersign", cast.reviewer)
