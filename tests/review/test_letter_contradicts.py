"""A letter that says it otherwise than the wire did, or says more of it: nobody is paid twice, and every difference has an owner."""

from decimal import Decimal

import pytest

from handoff.items import open_item
from handoff.models import Delivery, WorkItem, WorkItemKind
from pension.models import PensionRefundLine
from refunds import actions
from refunds.states import LineOutcome, RefundStatus
from tests.handoff.desk import order
from tests.invariants import violations
from tests.pages import text
from tests.pension.factories import account_of
from tests.reports import report
from tests.review.desk import handed_off, item_of, press, send
from tests.review.letters import enter, paid_otherwise, state, today, written

pytestmark = pytest.mark.django_db
PAID = {"amount": "1000.00"}


def question_about(refund, attempt=1):
    """Something about it that is no contradiction."""
    delivery = Delivery.objects.get(instruction_id=f"{refund.number}-{attempt}")
    open_item(WorkItemKind.RECONCILIATION, delivery, refund, "对方查无这条指令")
    return item_of(refund, WorkItemKind.RECONCILIATION)


def settle(cast, item, *parts):
    enter(cast.reviewer, item, *parts)
    return text(press(cast.colleague, item, "confirm"))


def test_paid_after_it_was_refused_stops_everything_and_a_letter_settles_that_too(cast, agency):
    """Otherwise the payment stays free, she applies again and is paid twice."""
    refund = handed_off(cast)
    order(agency, "takes_no_questions")
    report(refund.number, events=["refused"])
    paid = written(refund, "paid", paid_on=today(), **PAID)
    assert "已暂停办理" in settle(cast, question_about(refund), paid)
    assert state(refund) == (RefundStatus.AGENCY_RETURNED, refund.number)
    assert violations() == []
    settle(cast, item_of(refund, WorkItemKind.CONTRADICTION), paid)
    assert state(refund) == (RefundStatus.REFUNDED, "")
    assert violations() == []


def test_paid_of_an_attempt_after_which_another_was_sent_stops_everything(cast, agency):
    refund = handed_off(cast)
    report(refund.number, events=["accepted", "bounced"], steps="in_order")
    account = account_of(cast.resident.person, "6228480402564890026")
    actions.correct_account(refund.number, by=cast.resident, account=account)
    refund = send(refund)
    order(agency, "takes_no_questions")
    settle(cast, question_about(refund), written(refund, "paid", attempt=1, paid_on=today(), **PAID))
    assert state(refund) == (RefundStatus.AGENCY_PROCESSING, refund.number)
    assert violations() == []


def test_what_was_paid_too_much_is_asked_back_also_when_the_wire_said_paid(cast, agency):
    refund = handed_off(cast)
    report(refund.number, events=["accepted", "paid"])
    settle(cast, question_about(refund), written(refund, "paid", amount="1300.00", paid_on=today()))
    assert item_of(refund, WorkItemKind.OVERPAID).amount_due == Decimal("300.00")
    assert violations() == []


def test_another_letter_corrects_what_the_first_said_was_paid(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    settle(cast, item, written(refund, "paid", amount="180.00", paid_on=today()))
    settle(cast, question_about(refund), written(refund, "paid", amount="150.00", paid_on=today()))
    short = item_of(refund, WorkItemKind.UNDERPAID)
    assert "少付 50.00 元" in short.detail
    settle(cast, short, written(refund, "paid", amount="200.00", paid_on=today()))
    assert not WorkItem.objects.filter(kind=WorkItemKind.UNDERPAID, closed_at=None).exists()


def test_whom_a_letter_returns_of_a_batch_that_was_paid_is_returned(cast, agency, batch):
    actions.approve(batch.number, by=cast.reviewer)
    send(batch)
    report(batch.number, events=["accepted", "paid"])
    first, *others = PensionRefundLine.objects.filter(refund=batch.pk).order_by("id")
    paid = {"amount": str(sum(line.payment.amount for line in others)), "paid_on": today()}
    settle(cast, question_about(batch), written(batch, "paid", returned=first.payment.ticket_number, **paid))
    first.refresh_from_db()
    assert (first.outcome, state(batch)) == (LineOutcome.RETURNED, (RefundStatus.REFUNDED, ""))
    assert violations() == []


def test_what_the_bank_returned_whole_is_not_paid_the_rest_of_by_hand(cast, agency):
    """The whole goes out again once the account is corrected."""
    refund, item = paid_otherwise(cast, agency)
    settle(cast, item, written(refund, "paid", amount="180.00", paid_on=today()))
    report(refund.number, events=["bounced"], steps={"bounced": 3})
    assert state(refund) == (RefundStatus.PAYMENT_FAILED, "")
    assert not WorkItem.objects.filter(closed_at=None).exists()
