"""移交异常, settled with the agency's own words: asked, followed, confirmed by a second officer where an end is left (real mock)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handoff.models import Delivery, DeliveryStatus, Inquiry, WorkItem, WorkItemKind
from pension.models import PensionRefund
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.handoff.desk import order
from tests.jobs import run_queued
from tests.pages import text
from tests.pension.factories import account_of, submitted
from tests.reports import report
from tests.review.desk import at_the_agency, buttons, handed_off, item_of, look, press, send, signed_in

pytestmark = pytest.mark.django_db
OTHER_ACCOUNT = "6228480402564890026"


def fresh(refund):
    return PensionRefund.objects.get(pk=refund.pk)


def state(refund):
    refund = fresh(refund)
    return refund.refund_status, refund.disputed


@pytest.fixture
def returned_and_applied_again(cast, agency):
    """The agency refused A, she applied again (B), and then it said that A was paid."""
    older = handed_off(cast)
    report(older.number, events=["refused"])
    newer = submitted(cast.resident, older.lines.get().payment)
    at_the_agency(agency, older, "accepted", "paid")
    report(older.number, events=["paid"], steps={"paid": 3})
    return older, newer


def test_what_has_the_payment_by_now_stands_still_too_and_is_on_the_same_item(cast, returned_and_applied_again):
    older, newer = returned_and_applied_again
    assert fresh(newer).disputed == older.number
    words = text(look(cast.reviewer, item_of(older, WorkItemKind.CONTRADICTION)))
    assert "同一笔缴费的其他申请也暂停了" in words
    assert newer.number in words


def reject(newer, cast):
    why = RejectReason.objects.get(code="other")
    actions.reject(newer.number, by=cast.reviewer, reason=why, remark="原申请已退付")


def test_refused_then_paid_and_applied_again_ends_with_the_first_refunded(cast, returned_and_applied_again):
    older, newer = returned_and_applied_again
    item = item_of(older, WorkItemKind.CONTRADICTION)
    assert f"这笔缴费已在 {newer.number} 中再次申请，请先对它作出不通过的决定" in text(
        press(cast.reviewer, item, "ask")
    )
    case = signed_in(cast.reviewer).get(f"/review/{newer.number}/")
    assert "通过并看下一件" not in text(case).replace("不通过并看下一件", "")
    reject(newer, cast)
    assert "请另一位税务人员复核确认" in text(press(cast.reviewer, item, "ask"))
    assert "按对方的答复更正" in text(press(cast.colleague, item, "confirm"))
    assert state(older) == (RefundStatus.REFUNDED, "")
    assert state(newer) == (RefundStatus.TAX_RETURNED, "")
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_the_second_officer_sees_only_yes_and_no_and_the_first_may_take_it_back(cast, returned_and_applied_again):
    older, newer = returned_and_applied_again
    reject(newer, cast)
    item = item_of(older, WorkItemKind.CONTRADICTION)
    press(cast.reviewer, item, "ask")
    assert buttons(look(cast.colleague, item)) == {"confirm", "decline"}
    own = look(cast.reviewer, item)
    assert buttons(own) == {"take-back"}
    assert "请等另一位税务人员复核确认" in text(own)
    assert press(cast.reviewer, item, "confirm").status_code == 409
    assert press(cast.colleague, item, "take-back").status_code == 409
    press(cast.reviewer, item, "take-back")
    assert "ask" in buttons(look(cast.colleague, item))
    assert press(cast.colleague, item, "confirm").status_code == 409
    press(cast.reviewer, item, "ask")
    press(cast.colleague, item, "decline")
    item.refresh_from_db()
    assert (item.proposal, item.closed_at) == ("", None)


def test_a_contradiction_before_the_end_is_settled_by_one_officer(cast, agency):
    refund = handed_off(cast)
    report(refund.number, events=["accepted", "paid", "bounced"], steps="in_order", amount="1.00")
    assert state(refund)[1] == refund.number
    at_the_agency(agency, refund, "accepted")
    item = item_of(refund, WorkItemKind.CONTRADICTION)
    assert "已按对方的答复处理完毕" in text(press(cast.reviewer, item, "ask"))
    assert state(refund) == (RefundStatus.PAYING, "")
    assert "按对方答复处理" in text(look(cast.reviewer, item))


@pytest.fixture
def paid_twice(cast, agency):
    """The bank returned the first, she gave another account, and then the bank had paid both."""
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "bounced")
    report(refund.number, events=["accepted", "bounced"])
    account = account_of(cast.resident.person, OTHER_ACCOUNT)
    actions.correct_account(refund.number, by=cast.resident, account=account)
    refund = send(refund)
    at_the_agency(agency, refund, "accepted", "paid")
    report(refund.number, events=["accepted", "paid"])
    at_the_agency(agency, refund, "paid", attempt=1)
    report(refund.number, events=["paid"], instruction_id=f"{refund.number}-1", steps={"paid": 3})
    return fresh(refund)


def test_two_attempts_paid_is_open_until_the_returned_amount_is_entered(cast, paid_twice):
    press(cast.reviewer, item_of(paid_twice, WorkItemKind.CONTRADICTION), "ask")
    assert state(paid_twice) == (RefundStatus.REFUNDED, "")
    item = item_of(paid_twice, WorkItemKind.OVERPAID)
    page = look(cast.reviewer, item)
    assert buttons(page) == {"returned", "ask"}
    assert "应收回 1,000.00 元，已登记 0.00 元" in text(page)
    assert press(cast.reviewer, item, "elsewhere", note="算了").status_code == 409
    assert "已登记退回 400.00 元" in text(press(cast.reviewer, item, "returned", amount="400", note="银行回单"))
    assert "应收回 1,000.00 元，已登记 400.00 元" in text(look(cast.reviewer, item))
    too_much = press(cast.reviewer, item, "returned", amount="600.01", note="银行回单二")
    assert (too_much.status_code, "银行回单二" in too_much.content.decode()) == (409, True)
    press(cast.reviewer, item, "returned", amount="600.00", note="银行回单三")
    item.refresh_from_db()
    assert (item.amount_back, item.note, item.closed_by) == (item.amount_due, "银行回单三", cast.reviewer)


@pytest.mark.parametrize(("amount", "why"), [
    ("", "请填写退回金额"), ("0", "应大于 0"), ("-5", "应大于 0"), ("1.001", "最多两位小数"), ("一百", "请填写数字"),
    ("NaN", "请填写数字"), ("1e999", ""), ("99999999999999", "太大"),
])  # fmt: skip
def test_a_returned_amount_is_money(cast, paid_twice, amount, why):
    press(cast.reviewer, item_of(paid_twice, WorkItemKind.CONTRADICTION), "ask")
    item = item_of(paid_twice, WorkItemKind.OVERPAID)
    response = press(cast.reviewer, item, "returned", amount=amount, note="银行回单")
    assert (response.status_code, why in text(response)) == (422, True)
    item.refresh_from_db()
    assert item.amount_back is None


def test_an_answer_that_got_lost_is_followed_when_it_is_asked_for(cast, agency):
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "paid")
    report(refund.number, events=["accepted"])
    item = WorkItem.objects.create(
        kind=WorkItemKind.JOB_FAILED, agency="hrss", number=refund.number, office=cast.county,
        instruction_id=refund.instruction_id, detail="测试",
    )  # fmt: skip
    assert "已按对方的答复更新" in text(press(cast.reviewer, item, "ask"))
    assert state(refund) == (RefundStatus.REFUNDED, "")
    assert "没有新的结果" in text(press(cast.reviewer, item, "ask"))


def test_an_answer_that_contradicts_freezes(cast, agency):
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "paid")
    report(refund.number, events=["accepted", "bounced"], steps={"accepted": 1, "bounced": 2})
    item = WorkItem.objects.create(
        kind=WorkItemKind.JOB_FAILED, agency="hrss", number=refund.number, office=cast.county,
        instruction_id=refund.instruction_id, detail="测试",
    )  # fmt: skip
    assert "同一个序号 2" in text(press(cast.reviewer, item, "ask"))
    assert state(refund) == (RefundStatus.PAYMENT_FAILED, refund.number)
    assert Inquiry.objects.count() == 1


def test_no_answer_settles_nothing_and_is_written_down(cast, agency, returned_and_applied_again):
    older, _newer = returned_and_applied_again
    item = item_of(older, WorkItemKind.CONTRADICTION)
    order(agency, "unavailable", times=1)
    assert "没有得到答复" in text(press(cast.reviewer, item, "ask"))
    item.refresh_from_db()
    assert (item.proposal, item.closed_at) == ("", None)
    assert "向对方核实的记录" in text(look(cast.reviewer, item))


def test_what_the_agency_never_had_is_sent_again_by_a_person(cast, agency):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    order(agency, "forget", times=1)
    send(refund)
    report(refund.number, events=["refused", "paid"], steps="in_order")
    item = item_of(refund, WorkItemKind.CONTRADICTION)
    press(cast.reviewer, item, "ask")
    assert "已复核确认" in text(press(cast.colleague, item, "confirm"))
    assert state(refund) == (RefundStatus.APPROVED, "")
    held = item_of(refund, WorkItemKind.HELD)
    # It may be on its way: stopped first, if it is not to be paid any more.
    assert {"send-again", "stop", "ask"} == buttons(look(cast.reviewer, held))
    press(cast.reviewer, held, "send-again")
    run_queued()
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED


def test_the_applicant_reads_that_it_is_being_clarified_and_has_nothing_to_do(cast, paid_twice):
    page = text(signed_in(cast.resident).get(f"/refunds/{paid_twice.number}/"))
    assert "正在向人力资源和社会保障部门核实" in page
    assert "更正账户" not in page.split("办理进度")[0]
    progress = text(signed_in(cast.resident).get("/pension/progress/"))
    assert "正在向人力资源和社会保障部门核实，不用您做什么" in progress


def test_the_case_page_says_why_and_leads_to_the_item(cast, paid_twice):
    item = item_of(paid_twice, WorkItemKind.CONTRADICTION)
    page = signed_in(cast.reviewer).get(f"/review/{paid_twice.number}/")
    assert item.detail in text(page)
    assert f"/review/items/{item.pk}/" in page.content.decode()
    assert timezone.now() - item.opened_at < timedelta(hours=1)
