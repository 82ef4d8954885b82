"""What an agency says by the wire after it was settled by its letter: it knows of no letter, and counts on as before."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from handoff.jobs import silence
from handoff.models import Callback, Delivery, Effect, WorkItem, WorkItemKind
from refunds.states import RefundStatus
from tests.handoff.desk import order
from tests.invariants import violations
from tests.reports import report
from tests.review.desk import handed_off, item_of, press
from tests.review.letters import enter, paid_otherwise, state, today, written
from tests.review.test_letter_contradicts import question_about, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(cast, agency):
    """It took it, and said nothing for a month; by letter it is paid."""
    refund = handed_off(cast)
    Delivery.objects.update(acknowledged_at=timezone.now() - timedelta(days=31))
    silence.tell()
    order(agency, "takes_no_questions")
    item = item_of(refund, WorkItemKind.SILENT)
    enter(cast.reviewer, item, written(refund, "paid", amount="1000.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    return refund


def test_what_comes_late_and_says_the_same_changes_nothing(silent):
    report(silent.number, events=["accepted", "paid"])
    assert state(silent) == (RefundStatus.REFUNDED, "")
    assert set(Callback.objects.values_list("effect", flat=True)) == {Effect.REPEATED}
    assert violations() == []


def test_what_comes_late_and_says_it_otherwise_stops_everything(silent):
    report(silent.number, events=["accepted", "refused"])
    assert state(silent) == (RefundStatus.REFUNDED, silent.number)


def test_what_the_bank_returns_a_week_later_is_ordinary(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    enter(cast.reviewer, item, written(refund, "paid", amount="200.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    report(refund.number, events=["bounced"], steps={"bounced": 3})
    assert state(refund) == (RefundStatus.PAYMENT_FAILED, "")
    assert violations() == []


def test_another_message_under_a_number_that_was_used_stops_everything(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    enter(cast.reviewer, item, written(refund, "paid", amount="200.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    report(refund.number, events=["bounced"], steps={"bounced": 2})
    assert state(refund) == (RefundStatus.REFUNDED, refund.number)
    assert "在书面答复“银行已退付”之前的序号 2" in item_of(refund, WorkItemKind.CONTRADICTION).detail


def test_a_letter_comes_after_the_last_number_there_is(cast, agency):
    refund = handed_off(cast, amount="200")
    report(refund.number, events=["paid"], amount="180.00", steps={"paid": 2**31 - 1})
    order(agency, "takes_no_questions")
    item = item_of(refund, WorkItemKind.CONTRADICTION)
    enter(cast.reviewer, item, written(refund, "paid", amount="200.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    assert state(refund) == (RefundStatus.REFUNDED, "")


def test_a_later_letter_takes_back_what_an_earlier_one_said_was_too_much(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    settle(cast, item, written(refund, "paid", amount="230.00", paid_on=today()))
    settle(cast, question_about(refund), written(refund, "paid", amount="200.00", paid_on=today()))
    assert not WorkItem.objects.filter(kind=WorkItemKind.OVERPAID, closed_at=None).exists()


def test_what_was_paid_by_hand_has_to_come_back_when_the_bank_returns_the_whole(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    settle(cast, item, written(refund, "paid", amount="180.00", paid_on=today()))
    short = item_of(refund, WorkItemKind.UNDERPAID)
    press(cast.reviewer, short, "elsewhere", note="已线下补付 20 元")
    short.refresh_from_db()
    assert short.closed_at
    report(refund.number, events=["bounced"], steps={"bounced": 3})
    assert item_of(refund, WorkItemKind.OVERPAID).amount_due == Decimal("20.00")
