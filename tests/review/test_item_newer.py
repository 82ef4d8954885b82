"""移交异常: a newer, approved application has the payment by the time the older one turns out to be paid (real mock agency)."""

import pytest

from handoff import settling
from handoff.models import Delivery, DeliveryStatus, Inquiry, WorkItem, WorkItemKind
from inbox.models import Message
from pension.models import Payment, PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import LineOutcome, RefundStatus
from tests.accounts.factories import UserFactory
from tests.handoff.desk import order
from tests.jobs import run_queued
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report
from tests.review.desk import at_the_agency, buttons, handed_off, item_of, look, press, send, signed_in
from tests.village.batches import submit_batch

pytestmark = pytest.mark.django_db


def fresh(refund):
    return PensionRefund.objects.get(pk=refund.pk)


def state(refund):
    refund = fresh(refund)
    return refund.refund_status, refund.disputed, refund.reject_reason_id


def delivery(refund):
    return Delivery.objects.get(instruction_id=fresh(refund).instruction_id)


def contradiction(refund):
    return item_of(refund, WorkItemKind.CONTRADICTION)


def paid_after_all(agency, older):
    at_the_agency(agency, older, "accepted", "paid")
    report(older.number, events=["paid"], steps={"paid": 3})


def settle(cast, item):
    """Asked, and confirmed by a second officer."""
    asked = text(press(cast.reviewer, item, "ask"))
    assert "请另一位税务人员复核确认" in asked, asked
    assert "按对方的答复更正" in text(press(cast.colleague, item, "confirm"))


@pytest.fixture
def older(cast, agency):
    """Refused by the agency, so that she applied again."""
    older = handed_off(cast)
    report(older.number, events=["refused"])
    return older


@pytest.fixture
def newer(cast, older):
    """Approved, and not sent yet."""
    return actions.approve(submitted(cast.resident, older.lines.get().payment).number, by=cast.reviewer)


def test_what_was_never_sent_is_called_back_and_its_applicant_is_told(cast, agency, older, newer):
    paid_after_all(agency, older)
    item = contradiction(older)
    settle(cast, item)
    assert state(older) == (RefundStatus.REFUNDED, "", None)
    assert state(newer) == (RefundStatus.TAX_RETURNED, "", "superseded")
    assert (delivery(newer).status, delivery(newer).frozen) == (DeliveryStatus.CANCELLED, False)
    assert PensionRefundLine.objects.get(live=True).refund_id == older.pk
    run_queued()
    assert delivery(newer).sent_at is None
    told = Message.objects.filter(number=newer.number).latest("id")
    assert "由另一笔申请办理退付" in told.title + told.body
    page = text(signed_in(cast.resident).get(f"/refunds/{newer.number}/"))
    assert ("不用再申请" in page, "重新申请退费" in page) == (True, False)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_the_agency_did_not_take_is_called_back_too(cast, agency, older, newer):
    order(agency, "unprocessable", times=1)
    send(newer)
    assert item_of(newer, WorkItemKind.HELD)
    paid_after_all(agency, older)
    settle(cast, contradiction(older))
    assert state(newer) == (RefundStatus.TAX_RETURNED, "", "superseded")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_was_sent_is_on_the_same_item_with_both_sides_and_is_stopped_there(cast, agency, older, newer):
    send(newer)
    paid_after_all(agency, older)
    item = contradiction(older)
    page = look(cast.reviewer, item)
    assert {"ask", "stop"} <= buttons(page)
    assert f"指令 {newer.instruction_id}，两边的说法" in text(page)
    asked = text(press(cast.reviewer, item, "ask"))
    assert f"{newer.instruction_id} 也还可能退付，请先对它请求停付" in asked
    assert set(Inquiry.objects.values_list("instruction_id", flat=True)) == {
        older.instruction_id,
        newer.instruction_id,
    }
    press(cast.reviewer, item, "stop")
    assert f"马上请对方停付 {newer.instruction_id}" in text(look(cast.colleague, item))
    assert f"对方已答复停付 {newer.instruction_id}" in text(press(cast.colleague, item, "confirm"))
    settle(cast, item)
    assert state(older) == (RefundStatus.REFUNDED, "", None)
    assert state(newer) == (RefundStatus.TAX_RETURNED, "", "stopped")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_both_paid_is_open_until_the_second_amount_is_back(cast, agency, older, newer):
    send(newer)
    at_the_agency(agency, newer, "accepted", "paid")
    report(newer.number, events=["accepted", "paid"])
    paid_after_all(agency, older)
    settle(cast, contradiction(older))
    assert state(older) == (RefundStatus.REFUNDED, "", None)
    assert state(newer) == (RefundStatus.TAX_RETURNED, "", "paid_twice")
    assert delivery(newer).status == DeliveryStatus.PAID
    item = item_of(newer, WorkItemKind.OVERPAID)
    assert (item.amount_due, item.amount_back) == (newer.amount, None)
    assert "款项需要退回" in text(signed_in(cast.resident).get(f"/refunds/{newer.number}/"))
    press(cast.reviewer, item, "returned", amount="1000.00", note="银行回单")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_the_bank_returning_what_was_paid_twice_is_no_new_trouble(cast, agency, older, newer):
    send(newer)
    at_the_agency(agency, newer, "accepted", "paid")
    report(newer.number, events=["accepted", "paid"])
    paid_after_all(agency, older)
    settle(cast, contradiction(older))
    report(newer.number, events=["bounced"], steps={"bounced": 3})
    assert state(newer) == (RefundStatus.TAX_RETURNED, "", "paid_twice")
    assert delivery(newer).status == DeliveryStatus.BOUNCED
    assert [one.kind for one in WorkItem.objects.filter(closed_at=None)] == [WorkItemKind.OVERPAID]


def test_what_the_bank_returned_gives_way_and_its_account_is_not_corrected(cast, agency, older, newer):
    send(newer)
    at_the_agency(agency, newer, "accepted", "bounced")
    report(newer.number, events=["accepted", "bounced"])
    paid_after_all(agency, older)
    settle(cast, contradiction(older))
    assert state(newer) == (RefundStatus.TAX_RETURNED, "", "superseded")
    assert not fresh(newer).can_correct_account
    report(newer.number, events=["paid"], steps={"paid": 3})
    assert fresh(newer).disputed == newer.number


def test_where_the_bank_returned_the_older_one_the_newer_one_stays_paid(cast, agency, older, newer):
    send(newer)
    at_the_agency(agency, newer, "accepted", "paid")
    report(newer.number, events=["accepted", "paid"])
    at_the_agency(agency, older, "accepted", "bounced")
    report(older.number, events=["bounced"], steps={"bounced": 3})
    settle(cast, contradiction(older))
    assert state(older) == (RefundStatus.TAX_RETURNED, "", "superseded")
    assert state(newer) == (RefundStatus.REFUNDED, "", None)
    assert PensionRefundLine.objects.get(live=True).refund_id == newer.pk
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_an_older_one_that_may_still_be_paid_is_stopped_when_the_newer_one_was(cast, agency, older, newer):
    send(newer)
    at_the_agency(agency, newer, "accepted", "paid")
    report(newer.number, events=["accepted", "paid"])
    at_the_agency(agency, older, "accepted")
    report(older.number, events=["accepted"], steps={"accepted": 3})
    item = contradiction(older)
    assert f"{older.instruction_id} 也还可能退付" in text(press(cast.reviewer, item, "ask"))
    press(cast.reviewer, item, "stop")
    press(cast.colleague, item, "confirm")
    settle(cast, item)
    assert state(older) == (RefundStatus.TAX_RETURNED, "", "stopped")
    assert state(newer) == (RefundStatus.REFUNDED, "", None)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_waits_for_a_countersigner_is_sent_back_and_rejected_while_it_is_frozen(cast, agency, settings):
    settings.COUNTERSIGN_LIMIT = "100000.00"
    older = handed_off(cast)
    report(older.number, events=["refused"])
    settings.COUNTERSIGN_LIMIT = "1.00"
    newer = actions.approve(submitted(cast.resident, older.lines.get().payment).number, by=cast.reviewer)
    assert newer.review_status == "countersign"
    paid_after_all(agency, older)
    item = contradiction(older)
    assert f"{newer.number} 中再次申请，请先对它退回初审" in text(press(cast.reviewer, item, "ask"))
    countersigner = signed_in(cast.countersigner)
    page = text(countersigner.get(f"/review/{newer.number}/"))
    assert ("退回初审" in page, "复核通过" in page) == (True, False)
    countersigner.post(f"/review/{newer.number}/send-back/", {"remark": "此前的申请已退付"})
    actions.reject(newer.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"))
    settle(cast, item)
    assert state(older)[:2] == (RefundStatus.REFUNDED, "")


def test_one_who_was_paid_alone_and_in_a_batch_owes_her_part_and_the_batch_stands(cast, agency, village):
    payment = Payment.objects.filter(collective=village).order_by("pk")[2]
    alone = submitted(UserFactory(person=payment.person), payment)
    actions.approve(alone.number, by=cast.reviewer)
    alone = send(alone)
    report(alone.number, events=["refused"])
    batch = submit_batch(village, cast.clerk)
    actions.approve(batch.number, by=cast.reviewer)
    batch = send(batch)
    at_the_agency(agency, batch, "accepted", "paid")
    report(batch.number, events=["accepted", "paid"])
    paid_after_all(agency, alone)
    assert fresh(batch).disputed == alone.number
    settle(cast, contradiction(alone))
    assert state(alone) == (RefundStatus.REFUNDED, "", None)
    assert state(batch) == (RefundStatus.REFUNDED, "", None)
    outcomes = dict(batch.lines.values_list("payment", "outcome"))
    assert outcomes.pop(payment.pk) == LineOutcome.RETURNED
    assert set(outcomes.values()) == {LineOutcome.PAID}
    assert item_of(batch, WorkItemKind.OVERPAID).amount_due == payment.amount


@pytest.fixture
def alone_and_in_a_batch(cast, village):
    """One member whose own application was refused, so that the village asks for her with the others; approved, not sent yet."""
    payment = Payment.objects.filter(collective=village).order_by("pk")[2]
    alone = submitted(UserFactory(person=payment.person), payment)
    actions.approve(alone.number, by=cast.reviewer)
    alone = send(alone)
    report(alone.number, events=["refused"])
    batch = submit_batch(village, cast.clerk)
    return alone, actions.approve(batch.number, by=cast.reviewer), payment


def goes_on_without(cast, agency, batch, payment):
    """The rest of the batch is sent under its next number and paid; she is told why she is not among them."""
    assert state(batch) == (RefundStatus.APPROVED, "", None)
    assert fresh(batch).attempt == 2
    rest = delivery(batch)
    tickets = set(Delivery.objects.get(instruction_id=batch.instruction_id).tickets)
    assert (set(rest.tickets), rest.frozen) == (tickets - {payment.ticket_number}, False)
    run_queued()
    report(batch.number, events=["accepted", "paid"])
    assert state(batch) == (RefundStatus.REFUNDED, "", None)
    hers = batch.lines.get(payment=payment)
    assert (hers.outcome, hers.live, hers.outcome_reason) == (
        LineOutcome.RETURNED,
        False,
        "同一笔缴费已由另一笔申请退付",
    )
    assert set(batch.lines.exclude(pk=hers.pk).values_list("outcome", "live")) == {(LineOutcome.PAID, True)}
    assert Message.objects.filter(number=batch.number, kind="set_apart", body__contains="其余的人继续退付").exists()


def test_one_member_who_was_paid_already_is_set_apart_and_the_rest_of_the_batch_is_paid(
    cast, agency, alone_and_in_a_batch
):
    alone, batch, payment = alone_and_in_a_batch
    paid_after_all(agency, alone)
    assert state(batch)[1] == alone.number
    settle(cast, contradiction(alone))
    assert state(alone) == (RefundStatus.REFUNDED, "", None)
    assert Delivery.objects.get(instruction_id=batch.instruction_id).status == DeliveryStatus.CANCELLED
    goes_on_without(cast, agency, batch, payment)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_a_batch_that_the_agency_did_not_take_goes_on_without_that_member_too(cast, agency, alone_and_in_a_batch):
    alone, batch, payment = alone_and_in_a_batch
    order(agency, "unprocessable", times=1)
    send(batch)
    paid_after_all(agency, alone)
    settle(cast, contradiction(alone))
    goes_on_without(cast, agency, batch, payment)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_an_answer_is_kept_although_somebody_else_has_settled_it_meanwhile(cast, agency, older, newer):
    paid_after_all(agency, older)
    item = contradiction(older)
    WorkItem.objects.filter(pk=item.pk).update(closed_at=item.opened_at)
    with pytest.raises(errors.NotAllowed):
        settling.ask(item, by=cast.reviewer)
    assert Inquiry.objects.filter(instruction_id=older.instruction_id).exists()
    WorkItem.objects.filter(pk=item.pk).update(closed_at=None)
