"""登记书面答复: an agency that cannot be asked, or says each time what cannot be, is settled with what it wrote; by two officers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from handoff import deliveries
from handoff.jobs import silence
from handoff.models import Callback, Delivery, Effect, Inquiry, WorkItem, WorkItemKind
from handoff.wire import questions
from pension.models import PensionRefundLine
from refunds import actions
from refunds.states import LineOutcome, RefundStatus
from tests.handoff.desk import order
from tests.invariants import violations
from tests.pages import text
from tests.pension.factories import account_of, submitted
from tests.reports import report
from tests.review import letters
from tests.review.desk import buttons, handed_off, item_of, look, press, send
from tests.review.letters import LETTER, enter, state, today, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid_otherwise(cast, agency):
    return letters.paid_otherwise(cast, agency)[0]


@pytest.fixture
def item(paid_otherwise):
    return item_of(paid_otherwise, WorkItemKind.CONTRADICTION)


def test_what_it_really_paid_is_entered_by_one_and_confirmed_by_another_who_sees_it(cast, paid_otherwise, item):
    assert "还不能据此处理" in text(press(cast.reviewer, item, "ask"))
    said = text(enter(cast.reviewer, item, written(paid_otherwise, "paid", amount="180.00", paid_on=today())))
    assert "书面答复已登记" in said
    assert state(paid_otherwise) == (RefundStatus.PAYING, paid_otherwise.number)
    page = look(cast.colleague, item)
    assert buttons(page) == {"confirm", "decline"}
    assert f"书面答复：银行已退付 180.00 元（{LETTER}" in text(page)
    assert "待复核" in text(page)
    assert press(cast.reviewer, item, "confirm").status_code == 409
    assert "已按书面答复更正" in text(press(cast.colleague, item, "confirm"))
    assert state(paid_otherwise) == (RefundStatus.REFUNDED, "")
    short = item_of(paid_otherwise, WorkItemKind.UNDERPAID)
    assert "实际退付 180.00 元，应退 200.00 元，少付 20.00 元" in short.detail
    assert violations() == []


def test_what_it_paid_too_much_is_open_until_it_is_back(cast, paid_otherwise, item):
    enter(cast.reviewer, item, written(paid_otherwise, "paid", amount="230.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    assert item_of(paid_otherwise, WorkItemKind.OVERPAID).amount_due == Decimal("30.00")


def test_the_agency_may_say_the_same_again_afterwards(cast, paid_otherwise, item):
    enter(cast.reviewer, item, written(paid_otherwise, "paid", amount="180.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    said = Callback.objects.filter(event="paid").get()
    said.pk, said.message_id, said.applied_at, said.effect = None, "again", None, ""
    said.save(force_insert=True)
    deliveries.apply(said.pk)
    said.refresh_from_db()
    assert (said.effect, state(paid_otherwise)) == (Effect.REPEATED, (RefundStatus.REFUNDED, ""))


def test_what_the_second_officer_declines_counts_no_more(cast, paid_otherwise, item):
    enter(cast.reviewer, item, written(paid_otherwise, "paid", amount="180.00", paid_on=today()))
    press(cast.colleague, item, "decline")
    assert "未经复核，不采用" in text(look(cast.reviewer, item))
    enter(cast.reviewer, item, written(paid_otherwise, "refused", reason="社保系统核验未通过"))
    press(cast.colleague, item, "confirm")
    assert state(paid_otherwise) == (RefundStatus.AGENCY_RETURNED, "")
    assert [one.state for one in Inquiry.objects.filter(settled=True)] == ["refused"]


def test_a_letter_counts_for_nothing_until_it_is_confirmed(cast, agency, paid_otherwise, item):
    enter(cast.reviewer, item, written(paid_otherwise, "refused", reason="社保系统核验未通过"))
    press(cast.reviewer, item, "take-back")
    press(cast.reviewer, item, "ask")
    assert state(paid_otherwise) == (RefundStatus.PAYING, paid_otherwise.number)


def test_what_is_missing_in_it_is_asked_for_and_nothing_typed_is_lost(cast, paid_otherwise, item):
    page = enter(cast.reviewer, item, written(paid_otherwise, "paid", reason="对方说明"), letter="", dated="2099-01-01")
    assert page.status_code == 422
    for sentence in (
        "请写明来函文号和对方经办人",
        "来函日期不能晚于今天",
        "请填写对方实际退付的金额",
        "请填写退付日期",
    ):
        assert sentence in text(page)
    assert "对方说明" in page.content.decode()
    assert "请写明银行没有退付的原因" in text(enter(cast.reviewer, item, written(paid_otherwise, "bounced")))
    assert "请至少填写一次移交的结果" in text(enter(cast.reviewer, item))
    assert not Inquiry.objects.exclude(letter="").exists()


def test_a_letter_that_settles_nothing_is_refused_with_the_reason_and_nothing_is_kept(cast, paid_otherwise, item):
    long_ago = (timezone.localdate() - timedelta(days=30)).isoformat()
    page = enter(cast.reviewer, item, written(paid_otherwise, "paid", amount="180.00", paid_on=long_ago))
    assert page.status_code == 409
    assert "早于审核通过的日期" in text(page)
    assert "180.00" in page.content.decode()
    item.refresh_from_db()
    assert (item.proposal, Inquiry.objects.exclude(letter="").exists()) == ("", False)


def test_of_a_batch_the_letter_names_whom_it_returned(cast, agency, batch):
    actions.approve(batch.number, by=cast.reviewer)
    send(batch)
    order(agency, "takes_no_questions")
    report(batch.number, events=["paid"], amount="1.00")
    item = item_of(batch, WorkItemKind.CONTRADICTION)
    first, *others = PensionRefundLine.objects.filter(refund=batch.pk).order_by("id")
    left = sum(line.payment.amount for line in others)
    paid = {"amount": str(left), "paid_on": today()}
    page = enter(cast.reviewer, item, written(batch, "paid", returned="999 查无此人", **paid))
    assert "票证号码 999 不在这次移交里" in text(page)
    enter(cast.reviewer, item, written(batch, "paid", returned=f"{first.payment.ticket_number} 账户不符", **paid))
    press(cast.colleague, item, "confirm")
    assert state(batch) == (RefundStatus.REFUNDED, "")
    first.refresh_from_db()
    assert (first.outcome, first.outcome_reason) == (LineOutcome.RETURNED, "账户不符")
    assert not WorkItem.objects.filter(closed_at=None).exists()
    assert violations() == []


def test_a_reason_that_is_too_long_is_asked_for_again(cast, agency, batch):
    actions.approve(batch.number, by=cast.reviewer)
    send(batch)
    order(agency, "takes_no_questions")
    report(batch.number, events=["paid"], amount="1.00")
    item = item_of(batch, WorkItemKind.CONTRADICTION)
    ticket = PensionRefundLine.objects.filter(refund=batch.pk).first().payment.ticket_number
    paid = written(batch, "paid", amount="1.00", paid_on=today(), returned=f"{ticket} {'长' * 201}")
    assert "不能超过 200 个字" in text(enter(cast.reviewer, item, paid))


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31"])
def test_a_day_of_long_ago_is_a_slip(cast, paid_otherwise, item, day):
    paid = {"amount": "180.00", "paid_on": today()}
    answer = enter(cast.reviewer, item, written(paid_otherwise, "paid", **paid), dated=day)
    assert (answer.status_code, "请核对年份" in text(answer)) == (422, True)
    answer = enter(cast.reviewer, item, written(paid_otherwise, "paid", **paid | {"paid_on": day}))
    assert (answer.status_code, "请核对年份" in text(answer)) == (422, True)


def test_a_letter_may_be_about_every_attempt(cast, agency):
    """The first came back, another account was given, and then the first is said to be paid as well."""
    refund = handed_off(cast)
    report(refund.number, events=["accepted", "bounced"], steps="in_order")
    account = account_of(cast.resident.person, "6228480402564890026")
    actions.correct_account(refund.number, by=cast.resident, account=account)
    refund = send(refund)
    report(refund.number, events=["paid"], instruction_id=f"{refund.number}-1", steps={"paid": 3})
    order(agency, "takes_no_questions")
    item = item_of(refund, WorkItemKind.CONTRADICTION)
    first = written(refund, "paid", attempt=1, amount="1000.00", paid_on=today())
    assert "没有得到答复" in text(enter(cast.reviewer, item, first))
    enter(cast.reviewer, item, first, written(refund, "cancelled", attempt=2))
    press(cast.colleague, item, "confirm")
    assert state(refund) == (RefundStatus.REFUNDED, "")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_it_says_nothing_about_for_a_month_is_settled_too(cast, agency):
    """It took it, and cannot be asked; nothing contradicts so far."""
    refund = handed_off(cast)
    Delivery.objects.update(acknowledged_at=timezone.now() - timedelta(days=31))
    silence.tell()
    item = item_of(refund, WorkItemKind.SILENT)
    enter(cast.reviewer, item, written(refund, "paid", amount="1000.00", paid_on=today()))
    press(cast.colleague, item, "confirm")
    assert state(refund) == (RefundStatus.REFUNDED, "")
    assert not WorkItem.objects.exclude(kind=WorkItemKind.SILENT).exists()


def test_a_refusal_after_a_send_that_nobody_knows_the_end_of_may_mean_that_it_is_there(cast, agency):
    """It cannot be asked, and says 409 to the second send: called back it would be paid and free."""
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    delivery = Delivery.objects.get()
    order(agency, "accept_then_drop", times=1)
    deliveries.send(delivery.pk)
    order(agency, "takes_no_questions")
    deliveries.send(delivery.pk)
    item = item_of(refund, WorkItemKind.HELD)
    assert "409" in item.detail
    page = look(cast.reviewer, item)
    assert "recall" not in buttons(page)
    assert "对方可能已收到这笔移交，不能撤回" in text(page)
    enter(cast.reviewer, item, written(refund, "cancelled"))
    press(cast.colleague, item, "confirm")
    assert state(refund) == (RefundStatus.AGENCY_RETURNED, "")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_was_refused_before_it_could_get_there_stays_certain_when_it_is_sent_again(cast, agency):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    questions.cancel("hrss", refund.instruction_id)  # which it refuses for good by now
    order(agency, "takes_no_questions")
    deliveries.send(Delivery.objects.get().pk)
    press(cast.reviewer, item_of(refund, WorkItemKind.HELD), "send-again")
    deliveries.send(Delivery.objects.get().pk)
    assert "recall" in buttons(look(cast.reviewer, item_of(refund, WorkItemKind.HELD)))
