"""/refunds/<number>/: the application as its applicant sees it, to the bank's answer."""

import pytest

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(client, cast):
    client.force_login(cast.resident)
    return submitted(cast.resident, office=cast.county)


def titles(client, refund):
    steps = find_all(
        tree(client.get(f"/refunds/{refund.number}/")), lambda tag, attrs: "timeline__title" in attrs.get("class", "")
    )
    return [text(step) for step in steps]


# H-01, P1-09, P2-08
def test_the_timeline_tells_the_whole_way_in_plain_words(client, refund, cast):
    assert titles(client, refund) == [
        "提交退费申请 （已完成）", "税务审核 （进行中）", "人社核验 （未开始）", "银行退付 （未开始）",
    ]  # fmt: skip
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "paid"])
    assert titles(client, refund) == [
        "提交退费申请 （已完成）", "税务审核通过 （已完成）", "人社已接收 （已完成）",
        "人社核验通过，转银行退付 （已完成）", "退费成功 （已完成）",
    ]  # fmt: skip


def test_it_names_offices_and_never_the_officer(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    words = text(client.get(f"/refunds/{refund.number}/"))
    assert cast.county.name in words
    assert cast.reviewer.display_name not in words


# H-01
def test_a_refusal_by_the_agency_says_why_and_what_next(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["refused"])
    words = text(client.get(f"/refunds/{refund.number}/"))
    assert all(part in words for part in ("人社退回", "原因：社保系统核验未通过", "下一步"))


# H-03
def test_a_bounced_payment_is_mended_with_a_new_account(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "bounced"])
    assert "更正账户" in text(client.get(f"/refunds/{refund.number}/"))
    url = f"/refunds/{refund.number}/account/"
    good = {"account_type": "card", "account_number": "6228480402564890026", "bank": "102", "contact_name": "刘秀兰"}
    assert client.post(url, {**good, "account_number": "1"}).status_code == 422
    good["number_checked"] = "on"
    check = text(client.post(url, good))
    assert all(part in check for part in ("还没有重新退付", "6228 4804 0256 4890 026", "上次银行没有退成的原因"))
    assert PensionRefund.objects.get().refund_status == RefundStatus.PAYMENT_FAILED
    # From one answer back into its field, with all of it as it was, and to the check page again.
    field = by_id(tree(client.post(url, {**good, "step": "edit:bank"})), "id_bank")
    assert "autofocus" in field["attrs"]
    assert "账户已更正" in text(client.post(url, {**good, "step": "confirm"}, follow=True))
    again = PensionRefund.objects.get()
    assert (again.refund_status, again.attempt) == (RefundStatus.APPROVED, 2)
    assert "6228480402564890026" in Delivery.objects.get(instruction_id=again.instruction_id).body.reveal("in a test")


def test_the_account_of_a_healthy_application_cannot_be_changed(client, refund):
    good = {"account_type": "card", "account_number": "6228480402564890018", "bank": "102", "contact_name": "刘秀兰"}
    response = client.post(f"/refunds/{refund.number}/account/", good, follow=True)
    assert "不在“退付失败”状态" in text(response)
    assert PensionRefund.objects.get().attempt == 1


def test_somebody_elses_application_does_not_exist(client, refund, cast):
    client.force_login(cast.stranger)
    assert client.get(f"/refunds/{refund.number}/").status_code == 404
    assert client.get("/refunds/XX123/").status_code == 404


def test_the_receipt_shows_what_was_refunded_with_masks(client, refund, cast):
    page = client.get(f"/refunds/{refund.number}/")
    words = text(by_id(tree(page), "receipt"))
    assert all(part in words for part in ("**** 0018", "1,000.00", "2019-01-01", cast.resident.person.name))
    assert b"6228480402564890018" not in page.content


def test_it_costs_a_fixed_number_of_queries(client, refund, django_assert_num_queries):
    client.get(f"/refunds/{refund.number}/")
    with django_assert_num_queries(6):
        client.get(f"/refunds/{refund.number}/")
