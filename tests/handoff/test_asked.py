"""What an agency answers when it is asked counts from then on; what it says of something that never left does not (real mock)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.wire import http
from handoff import desk, settling
from handoff.items import open_for
from handoff.models import Delivery, DeliveryStatus, Proposal, WorkItem, WorkItemKind
from handoff.store import instruction_of
from handoff.wire import messages
from pension.models import Payment, PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.handoff.desk import order
from tests.pension.factories import account_of, submitted
from tests.reports import report
from tests.review.desk import at_the_agency, handed_off, item_of, send
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
OTHER_ACCOUNT = "6228480402564890026"


def now(refund):
    return PensionRefund.objects.get(pk=refund.pk)


def contradiction(refund):
    return item_of(refund, WorkItemKind.CONTRADICTION)


def settle(refund, cast):
    """Asked, and confirmed where it needs a second officer."""
    item = contradiction(refund)
    words = settling.ask(item, by=cast.reviewer)
    item.refresh_from_db()
    return desk.confirm(item, by=cast.colleague) if item.proposal else words


# Messages and answers -------------------------------------------------------------------------------------------------------


def test_what_was_said_before_an_answer_received_counts_no_more(cast, agency):
    refund = handed_off(cast)
    report(refund.number, events=["refused", "paid"], steps="in_order")
    settle(refund, cast)  # it has the instruction, and nothing has happened yet
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.AGENCY_PROCESSING, "")
    report(refund.number, events=["accepted", "paid"], steps="in_order")
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.REFUNDED, "")


def test_what_was_settled_and_is_said_otherwise_under_the_same_sequence_freezes_it_again(cast, agency):
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "paid")
    report(refund.number, events=["refused"], steps={"refused": 2})
    report(refund.number, events=["accepted"], steps={"accepted": 3})
    assert now(refund).disputed
    settle(refund, cast)
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.REFUNDED, "")
    report(refund.number, events=["refused"], steps={"refused": 2})  # as before: settled with it
    assert now(refund).disputed == ""
    report(refund.number, events=["bounced"], steps={"bounced": 2})
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.REFUNDED, refund.number)
    assert "同一个序号 2" in contradiction(refund).detail


def test_what_comes_late_and_cannot_lead_to_the_answer_freezes_it(cast, agency):
    """She could apply again by now, and was paid."""
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "refused")
    item = open_for(WorkItemKind.UNREADABLE, refund.instruction_id, agency="hrss", refund=now(refund), detail="测试")
    settling.ask(item, by=cast.reviewer)
    report(refund.number, events=["accepted"])  # leads to it
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.AGENCY_RETURNED, "")
    report(refund.number, events=["paid"], steps={"paid": 1})
    assert now(refund).disputed == refund.number
    assert "先回传“银行已退付”，又回传“核验退回”" in contradiction(refund).detail
    settle(refund, cast)
    report(refund.number, events=["paid"], steps={"paid": 1})  # as before: settled with it
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.AGENCY_RETURNED, "")


@pytest.mark.parametrize("events", [["refused"], ["cancelled"], ["accepted", "paid"]])
def test_an_answer_that_takes_back_what_was_said_freezes_it(cast, agency, events):
    """It has the instruction and knows of no result, and so it may pay it."""
    refund = handed_off(cast)
    report(refund.number, events=events)
    item = open_for(WorkItemKind.UNREADABLE, refund.instruction_id, agency="hrss", refund=now(refund), detail="测试")
    assert "答复与此前的结果矛盾" in settling.ask(item, by=cast.reviewer)
    assert now(refund).disputed == refund.number
    assert "现在对方答复已接收、还没有结果" in contradiction(refund).detail


def test_an_answer_that_it_never_had_what_it_paid_freezes_it(cast, agency):
    order(agency, "forget", times=1)
    refund = handed_off(cast)
    report(refund.number, events=["accepted", "paid"])
    item = open_for(WorkItemKind.UNREADABLE, refund.instruction_id, agency="hrss", refund=now(refund), detail="测试")
    settling.ask(item, by=cast.reviewer)
    assert "现在答复查无此指令" in contradiction(refund).detail


def test_an_answer_with_a_receipt_longer_than_we_keep_is_refused():
    answer = {"instruction_id": "YL1-1", "state": "received", "sequence": 0, "amount": "1.00"}
    assert messages.read_standing(answer | {"receipt": "9" * 40})["receipt"] == "9" * 40
    with pytest.raises(messages.Unreadable, match="receipt 应是 1 至 40 个"):
        messages.read_standing(answer | {"receipt": "9" * 41})


def test_news_of_what_never_left_freezes_it_and_is_asked_about(cast, agency, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    report(refund.number, events=["accepted"], sent=False)
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.APPROVED, refund.number)
    assert "还没有发出，对方却回传“核验通过”" in contradiction(refund).detail
    with pytest.raises(errors.Frozen):
        actions.undo(refund.number, by=cast.reviewer)
    settle(refund, cast)  # it says that it never had it
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.APPROVED, "")
    assert item_of(refund, WorkItemKind.HELD)


def test_stopped_at_our_request_while_it_was_disputed_ends_as_stopped(cast, agency):
    refund = handed_off(cast)
    report(refund.number, events=["accepted"], amount="1.00")
    item = contradiction(refund)
    desk.propose(item, Proposal.STOP, by=cast.reviewer)
    assert "请再向对方核实一次" in desk.confirm(item, by=cast.colleague)
    settle(refund, cast)
    assert (now(refund).refund_status, now(refund).reject_reason_id) == (RefundStatus.TAX_RETURNED, "stopped")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_was_said_to_be_paid_and_is_forgotten_is_stopped_before_the_next_one_is_paid(cast, agency):
    order(agency, "forget", times=1)
    refund = handed_off(cast)
    report(refund.number, events=["accepted", "bounced"])
    account = account_of(cast.resident.person, OTHER_ACCOUNT)
    refund = send(actions.correct_account(refund.number, by=cast.resident, account=account))
    report(refund.number, events=["paid"], instruction_id=f"{refund.number}-1", steps={"paid": 3})
    at_the_agency(agency, refund, "accepted")
    item = contradiction(refund)
    assert f"{refund.number}-1 也还可能退付，请先对它请求停付" in settling.ask(item, by=cast.reviewer)
    assert now(refund).disputed
    desk.propose(item, Proposal.STOP, by=cast.reviewer)
    assert f"{refund.number}-1" in desk.confirm(item, by=cast.colleague)
    settle(refund, cast)
    assert (now(refund).refund_status, now(refund).disputed) == (RefundStatus.PAYING, "")


def test_a_stop_that_is_granted_counts_also_when_its_item_is_closed_meanwhile(cast, agency, monkeypatch):
    refund = handed_off(cast)
    item = open_for(WorkItemKind.UNREADABLE, refund.instruction_id, agency="hrss", refund=now(refund), detail="测试")
    desk.propose(item, Proposal.STOP, by=cast.reviewer)

    def exchange(*request):
        answer = network(*request)
        WorkItem.objects.filter(pk=item.pk).update(closed_at=timezone.now(), note="已自行了结")
        return answer

    network = http.exchange
    monkeypatch.setattr(http, "exchange", exchange)
    assert "对方已停付" in desk.confirm(item, by=cast.colleague)
    assert (now(refund).refund_status, now(refund).reject_reason_id) == (RefundStatus.TAX_RETURNED, "stopped")
    item.refresh_from_db()
    assert item.note == "已自行了结"


def test_a_second_attempt_can_have_been_paid_on_any_day_since_the_decision(cast, agency):
    refund = handed_off(cast)
    decided = timezone.now() - timedelta(days=5)
    Delivery.objects.update(created_at=decided)
    report(refund.number, events=["accepted", "bounced"])
    account = account_of(cast.resident.person, OTHER_ACCOUNT)
    actions.correct_account(refund.number, by=cast.resident, account=account)
    second = Delivery.objects.get(instruction_id=f"{refund.number}-2")
    assert instruction_of(second).since == timezone.localdate(decided)


def test_a_decision_that_was_taken_back_is_no_beginning(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=5))
    actions.undo(refund.number, by=cast.reviewer)
    actions.approve(refund.number, by=cast.colleague)
    second = Delivery.objects.get(instruction_id=f"{refund.number}-2")
    assert instruction_of(second).since == timezone.localdate()


# Two older ones, one newer ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_older(cast, agency):
    """Two people of a village were refused alone, their village applied for both, and then both were said to be paid."""
    village = make_village(cast.clerk, people=3)
    older = []
    for payment in Payment.objects.filter(collective=village).order_by("pk")[:2]:
        refund = submitted(UserFactory(person=payment.person), payment)
        older.append(send(actions.approve(refund.number, by=cast.reviewer)))
        at_the_agency(agency, older[-1], "refused")
        report(refund.number, events=["refused"])
    batch = submit_batch(village, cast.clerk)
    for refund in older:
        report(refund.number, events=["paid"], steps={"paid": 3})
    return older, batch


def test_lifting_one_dispute_leaves_frozen_what_another_one_waits_for(cast, two_older):
    (first, second), batch = two_older
    assert now(batch).disputed == first.number
    settle(first, cast)
    assert now(first).disputed == ""
    assert now(batch).disputed == second.number
    with pytest.raises(errors.Frozen):
        actions.approve(batch.number, by=cast.reviewer)
    settle(second, cast)
    assert now(batch).disputed == ""
    assert actions.approve(batch.number, by=cast.reviewer).refund_status == RefundStatus.APPROVED


def test_what_is_let_go_passes_to_each_of_those_that_wait_for_it(cast, two_older):
    older, batch = two_older
    actions.reject(batch.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"))
    live = PensionRefundLine.objects.filter(live=True)
    assert {line.refund_id for line in live} == {refund.pk for refund in older}


def test_what_was_taken_back_and_then_frozen_is_free_again_when_it_is_rejected(cast, agency, settings):
    settings.DECISION_GRACE_SECONDS = 60
    older = handed_off(cast)
    report(older.number, events=["refused"])
    newer = actions.approve(submitted(cast.resident, older.lines.get().payment).number, by=cast.reviewer)
    actions.undo(newer.number, by=cast.reviewer)
    report(older.number, events=["paid"], steps={"paid": 3})
    assert Delivery.objects.get(number=newer.number).frozen
    actions.reject(newer.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"))
    delivery = Delivery.objects.get(number=newer.number)
    assert (delivery.status, delivery.frozen) == (DeliveryStatus.CANCELLED, False)
