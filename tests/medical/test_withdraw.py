"""撤销退费 of a medical application, from its own page: while it is 待审核 and no longer (design.md section 4, M1-14)."""

import pytest

from handoff.models import Delivery
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.medical.agency import fresh, tell
from tests.medical.factories import applied, submitted
from tests.medical.reading import DIALOG, LIST, facts, links, rows
from tests.pages import by_id, find_all, text, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(resident, cast):
    return submitted(resident, office=cast.county)


def url(refund) -> str:
    return f"/refunds/{refund.number}/withdraw/"


def detail(client, refund):
    return client.get(f"/refunds/{refund.number}/")


# M1-14
def test_the_preview_says_what_goes_and_changes_nothing(client, refund):
    preview = client.get(links(detail(client, refund))["撤销退费"])
    assert facts(preview)["申请单号"] == refund.number
    assert facts(preview)["退费金额"] == "380.00 元"
    assert fresh(refund).refund_status == RefundStatus.APPLIED
    fragment = client.get(url(refund), headers=DIALOG)
    assert b"<html" not in fragment.content


# M1-14, I-06
def test_withdrawing_frees_the_payment_and_keeps_the_record(client, refund, resident):
    assert "撤销成功" in text(client.post(url(refund), follow=True))
    assert (fresh(refund).refund_status, fresh(refund).review_status) == (
        RefundStatus.NOT_APPLIED,
        ReviewStatus.WITHDRAWN,
    )
    assert "申请人撤销退费" in text(by_id(tree(detail(client, refund)), "progress"))
    assert "撤销退费" not in links(detail(client, refund))
    assert applied(resident, refund.payment).number != refund.number


# M1-14: after the decision
@pytest.mark.parametrize("decision", ["approve", "reject", "paid", "bounced"])
def test_after_the_decision_it_is_refused_with_the_reason(client, refund, cast, decision):
    if decision == "reject":
        actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first())
    else:
        actions.approve(refund.number, by=cast.reviewer)
    if decision in ("paid", "bounced"):
        tell(refund, decision)
    before = fresh(refund).refund_status
    assert "撤销退费" not in links(detail(client, refund))
    for ask in (client.get, client.post):
        assert "只有审核状态为“待审核”的申请可以撤销" in text(ask(url(refund), follow=True))
    assert fresh(refund).refund_status == before


# O-05: 待复核 is decided by the first officer already
def test_in_the_second_review_it_cannot_be_withdrawn(client, resident, cast):
    big = submitted(resident, office=cast.county, medical_amount="10000.01")
    actions.approve(big.number, by=cast.reviewer)
    client.post(url(big))
    assert fresh(big).review_status == ReviewStatus.COUNTERSIGN


# M1-14
@pytest.mark.parametrize(("who", "met"), [("stranger", 404), ("clerk", 403), ("reviewer", 403), ("auditor", 403)])
def test_nobody_else_withdraws_it(client, refund, cast, who, met):
    client.force_login(getattr(cast, who))
    assert client.get(url(refund)).status_code == met
    assert client.post(url(refund)).status_code == met
    assert fresh(refund).refund_status == RefundStatus.APPLIED


# M1-14, M2-03, M2-06: the page of one application says all that was submitted, in the words of 医保
def test_the_receipt_shows_what_was_submitted_with_masks(client, resident, cast):
    refund = submitted(resident, office=cast.county, care_amount="15.00", reason="other", words="单位也交了")
    page = detail(client, refund)
    receipt = by_id(tree(page), "receipt")
    said = facts(receipt)
    assert (said["退费理由"], said["银行账号"], said["开户行所在地"]) == (
        "其他：单位也交了",
        "**** 0018",
        "鄂州市华容区",
    )
    assert said["社保经办机构名称"] == refund.payment.enrolment.agency_name
    assert said["社保编码"] == refund.payment.enrolment.social_number
    (row,) = rows(receipt)
    assert [row[f"{name}金额（元）"] for name in ("退费", "医疗", "长护")] == ["395.00", "380.00", "15.00"]
    assert links(receipt)["返回"].startswith(LIST)
    assert "6228480402564890018" not in page.content.decode()


# M1-14, H-01: the way of a medical refund, in words
def test_the_timeline_tells_the_whole_way_with_the_medical_insurance_in_it(client, refund, cast):
    def titles():
        return [text(step) for step in find_all(tree(detail(client, refund)), is_title)]

    assert titles() == [
        "提交退费申请 （已完成）", "税务审核 （进行中）", "医保核验 （未开始）", "银行退付 （未开始）",
    ]  # fmt: skip
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "paid")
    assert titles() == [
        "提交退费申请 （已完成）", "税务审核通过 （已完成）", "医保已接收 （已完成）",
        "医保核验通过，转银行退付 （已完成）", "退费成功 （已完成）",
    ]  # fmt: skip
    assert Delivery.objects.count() == 1
    assert "人社" not in text(detail(client, refund))


def is_title(tag, attrs):
    return "timeline__title" in attrs.get("class", "")


# M1-14
def test_the_page_of_one_application_costs_a_fixed_number_of_queries(client, refund, django_assert_num_queries):
    detail(client, refund)
    with django_assert_num_queries(10):
        detail(client, refund)


# M1-14: what comes back can be asked for again without typing the reason twice
def test_what_was_said_before_stands_in_the_next_form(client, resident, cast):
    refund = submitted(resident, office=cast.county, reason="other", words="在武汉市也交过一次")
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.get(code="proof"), remark="请补充")
    refund.refresh_from_db()
    page = client.get(refund.apply_again_url).content.decode()
    assert '<option value="other" selected>' in page
    assert "在武汉市也交过一次" in page
