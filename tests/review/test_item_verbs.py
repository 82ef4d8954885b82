"""移交异常: 重新发送, 撤回移交 and 请求停付, against the real mock agency; what cannot be taken back takes two officers."""

import pgtrigger
import pytest

from handoff.models import Delivery, DeliveryStatus, WorkItem, WorkItemKind
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.handoff.desk import order, seen
from tests.jobs import queued, run_queued
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report
from tests.review.desk import address, at_the_agency, buttons, handed_off, item_of, look, press, send, signed_in

pytestmark = pytest.mark.django_db


def held_at(agency, user, office, reviewer):
    """An instruction that the agency does not take."""
    refund = submitted(user, office=office)
    actions.approve(refund.number, by=reviewer)
    order(agency, "unprocessable", times=1)
    return send(refund)


@pytest.fixture
def held(cast, agency):
    return held_at(agency, cast.resident, cast.county, cast.reviewer)


def trouble(cast, refund, kind=WorkItemKind.UNKNOWN_EVENT):
    return WorkItem.objects.create(
        kind=kind, agency="hrss", number=refund.number, office=cast.county,
        instruction_id=refund.instruction_id, detail="测试",
    )  # fmt: skip


# 重新发送 -------------------------------------------------------------------------------------------------------------


def test_a_held_instruction_is_sent_again_unchanged_and_closes_its_item(cast, agency, held):
    item = item_of(held, WorkItemKind.HELD)
    body = Delivery.objects.get().body.reveal("in a test")
    assert "已重新进入移交队列" in text(press(cast.reviewer, item, "send-again"))
    run_queued()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.body.reveal("in a test")) == (DeliveryStatus.ACKNOWLEDGED, body)
    item.refresh_from_db()
    assert (item.note, item.closed_by) == ("重新发送", cast.reviewer)


def test_pressing_again_twice_sends_once(cast, held):
    item = item_of(held, WorkItemKind.HELD)
    jobs = len(queued("handoff.send"))
    press(cast.reviewer, item, "send-again")
    second = press(cast.colleague, item, "send-again")
    assert (second.status_code, "已由他人处理完毕" in text(second)) == (409, True)
    assert len(queued("handoff.send")) == jobs + 1


def test_all_that_an_agency_did_not_take_are_sent_at_one_press_and_only_ones_own(cast, agency, held):
    second = held_at(agency, UserFactory(resident=True), cast.county, cast.reviewer)
    foreign = held_at(agency, UserFactory(resident=True), cast.elsewhere, cast.outsider)
    item = item_of(held, WorkItemKind.HELD)
    assert "对方没有收下的 2 件都原样再发一次" in text(look(cast.reviewer, item))
    assert "2 件已重新进入移交队列" in text(press(cast.reviewer, item, "send-all-again"))
    states = dict(Delivery.objects.values_list("number", "status"))
    assert states == {held.number: "waiting", second.number: "waiting", foreign.number: "held"}


def test_a_single_one_has_no_button_for_all(cast, held):
    assert "send-all-again" not in buttons(look(cast.reviewer, item_of(held, WorkItemKind.HELD)))


@pytest.mark.parametrize("number", ["known", ""])
def test_only_what_was_held_can_be_sent_again(cast, agency, number):
    refund = handed_off(cast)
    item = trouble(cast, refund)
    with pgtrigger.ignore("handoff.WorkItem:as_it_came"):
        WorkItem.objects.filter(pk=item.pk).update(number=refund.number if number else "")
    assert press(cast.reviewer, item, "send-again").status_code == 409
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED


def test_what_was_not_delivered_is_not_only_marked_as_done(cast, held):
    response = press(cast.reviewer, item_of(held, WorkItemKind.HELD), "elsewhere", note="已电话联系")
    assert (response.status_code, "请重新发送或撤回移交" in text(response)) == (409, True)


# 撤回移交 -------------------------------------------------------------------------------------------------------------


def test_two_officers_call_back_what_the_agency_did_not_take_and_she_can_apply_again(cast, held):
    item = item_of(held, WorkItemKind.HELD)
    assert "请另一位税务人员复核确认" in text(press(cast.reviewer, item, "recall"))
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPROVED
    assert buttons(look(cast.colleague, item)) == {"confirm", "decline"}
    assert "移交已撤回" in text(press(cast.colleague, item, "confirm"))
    refund = PensionRefund.objects.get()
    assert (refund.refund_status, refund.reject_reason_id) == (RefundStatus.TAX_RETURNED, "recalled")
    assert Delivery.objects.get().status == DeliveryStatus.CANCELLED
    assert not WorkItem.objects.filter(closed_at=None).exists()
    words = text(signed_in(cast.resident).get(f"/refunds/{refund.number}/"))
    assert "移交已撤回" in words
    assert "可以重新申请退费" in words
    again = submitted(cast.resident, refund.lines.get().payment)
    assert again.refund_status == RefundStatus.APPLIED


def test_what_the_agency_may_have_cannot_be_called_back(cast, agency):
    item = trouble(cast, handed_off(cast))
    response = press(cast.reviewer, item, "recall")
    assert (response.status_code, "对方可能已收到" in text(response)) == (409, True)


def test_what_the_agency_does_not_know_may_be_on_its_way_and_is_stopped_before_she_applies_again(cast, agency):
    order(agency, "forget", times=1)
    refund = handed_off(cast)
    report(refund.number, events=["accepted"], amount="1.00")
    press(cast.reviewer, item_of(refund, WorkItemKind.CONTRADICTION), "ask")
    item = item_of(refund, WorkItemKind.HELD)
    assert "请重新发送；不再退付的，请求停付" in item.detail
    assert "recall" not in buttons(look(cast.reviewer, item))
    assert "对方可能已收到" in text(press(cast.reviewer, item, "recall"))
    press(cast.reviewer, item, "stop")
    assert "对方已停付" in text(press(cast.colleague, item, "confirm"))
    assert PensionRefund.objects.get().reject_reason_id == "stopped"
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_the_agency_took_meanwhile_is_not_called_back_by_the_second_officer(cast, held):
    item = item_of(held, WorkItemKind.HELD)
    press(cast.reviewer, item, "recall")
    report(held.number, events=["accepted"])
    response = press(cast.colleague, item, "confirm")
    assert (response.status_code, "已自行了结" in text(response)) == (409, True)
    assert PensionRefund.objects.get().refund_status == RefundStatus.PAYING


def test_what_waits_for_a_second_officer_is_not_sent_meanwhile(cast, held):
    item = item_of(held, WorkItemKind.HELD)
    press(cast.reviewer, item, "recall")
    assert press(cast.colleague, item, "send-again").status_code == 409
    assert Delivery.objects.get().status == DeliveryStatus.HELD


# 请求停付 -------------------------------------------------------------------------------------------------------------


def test_two_officers_stop_what_the_agency_has_and_it_ends_cancelled(cast, agency):
    refund = handed_off(cast)
    item = trouble(cast, refund)
    press(cast.reviewer, item, "stop")
    assert [asked["question"] for asked in seen(agency)["questions"]] == []
    assert "对方已停付" in text(press(cast.colleague, item, "confirm"))
    refund.refresh_from_db()
    assert (refund.refund_status, refund.reject_reason_id) == (RefundStatus.TAX_RETURNED, "stopped")
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.stop_asked) == (DeliveryStatus.CANCELLED, True)
    assert "已停止退付" in text(signed_in(cast.resident).get(f"/refunds/{refund.number}/"))
    # Its own message comes later and changes nothing.
    report(refund.number, events=["cancelled"])
    assert PensionRefund.objects.get().refund_status == RefundStatus.TAX_RETURNED
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_too_late_to_stop_says_so_and_leaves_the_item_open(cast, agency):
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "paid")
    item = trouble(cast, refund)
    press(cast.reviewer, item, "stop")
    assert "对方没有停付：对方答复：银行已退付" in text(press(cast.colleague, item, "confirm"))
    item.refresh_from_db()
    assert (item.proposal, item.closed_at) == ("", None)
    assert not Delivery.objects.get().stop_asked  # what it cancels later, it cancels of its own accord
    assert PensionRefund.objects.get().refund_status == RefundStatus.AGENCY_PROCESSING
    assert "已按对方的答复更新" in text(press(cast.colleague, item, "ask"))
    assert PensionRefund.objects.get().refund_status == RefundStatus.REFUNDED


def test_what_was_paid_or_never_sent_cannot_be_stopped(cast, agency):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    item = trouble(cast, refund)
    assert press(cast.reviewer, item, "stop").status_code == 409
    send(refund)
    report(refund.number, events=["accepted", "paid"])
    assert press(cast.reviewer, item, "stop").status_code == 409


def test_another_office_presses_nothing(cast, held):
    item = item_of(held, WorkItemKind.HELD)
    for verb in (
        "ask",
        "send-again",
        "send-all-again",
        "stop",
        "recall",
        "confirm",
        "decline",
        "take-back",
        "returned",
        "elsewhere",
    ):
        assert signed_in(cast.outsider).post(address(item, verb)).status_code == 404, verb
