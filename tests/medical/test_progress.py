"""进度查询, on a phone 已退费进度查询: 城乡居民医保社保费退费进度 (M2-14, M1-15, H-03)."""

import re

import pytest

from medical.models import MedicalRefund
from refunds import actions
from refunds.models import RejectReason
from tests.bankreports.factories import OTHER_ACCOUNT
from tests.medical.agency import MONDAY, TUESDAY, receipt, tell
from tests.medical.factories import account_of, applied, submitted
from tests.medical.reading import LIST, PROGRESS, links, rows
from tests.pages import by_id, find_all, headings, swap, text, tree, without_tokens

pytestmark = pytest.mark.django_db
COLUMNS = [
    "序号", "费款所属期起", "费款所属期止", "退费申请日期", "退费金额（元）", "医疗金额（元）", "长护金额（元）",
    "银行账号", "申请理由", "税务机关意见", "社保部门核验结果", "社保部门核验时间", "退费日期", "银行退付结果",
]  # fmt: skip
STATES = COLUMNS[9:]
NONE = "--"


@pytest.fixture
def refund(resident, cast):
    return submitted(resident, office=cast.county)


def states(client) -> list[str]:
    """Of the newest application: what the tax office, the medical insurance and the bank said."""
    row = rows(client.get(PROGRESS))[0]
    return [row[column] for column in STATES]


# M2-14, M1-15, I-35, I-47: all three amounts on both channels
def test_it_has_the_columns_of_the_manual_in_order(client, refund):
    # A heading may be broken after a word.
    assert [words.replace(" ", "") for words in headings(client.get(PROGRESS))] == [*COLUMNS, "操作"]
    assert list(rows(client.get(PROGRESS))[0]) == COLUMNS


# M2-14
def test_an_application_shows_what_it_is_about(client, resident, cast):
    refund = submitted(resident, reason="other", words="单位也交了", care_amount="15.00", office=cast.county)
    MedicalRefund.objects.filter(pk=refund.pk).update(submitted_at=MONDAY)
    row = rows(client.get(PROGRESS))[0]
    assert [row[column] for column in COLUMNS[:9]] == [
        "1", "2024-01-01", "2024-12-31", "2026-11-16 09:30", "395.00", "380.00", "15.00", "**** 0018", "其他：单位也交了",
    ]  # fmt: skip
    assert links(client.get(PROGRESS))[f"详情 {refund.number}"] == f"/refunds/{refund.number}/"


# M2-14: the one thing to do, in the list itself
def test_what_can_be_done_about_an_application_stands_in_its_row(client, refund, cast):
    assert links(client.get(PROGRESS))[f"撤销退费 {refund.number}"] == f"/refunds/{refund.number}/withdraw/"
    actions.approve(refund.number, by=cast.reviewer)
    assert f"撤销退费 {refund.number}" not in links(client.get(PROGRESS))
    tell(refund, "accepted", MONDAY)
    tell(refund, "bounced", TUESDAY)
    assert links(client.get(PROGRESS))[f"更正账户 {refund.number}"] == f"/refunds/{refund.number}/account/"


# M1-15: its state stands above it on a phone
def test_on_a_phone_sum_and_state_head_an_application(client, refund):
    assert rows(client.get(PROGRESS), "phone")[0]["退费金额（元）"] == "380.00 元 医保退费中"


# M1-15: at each step what is known, and nothing before it is
def test_the_answers_follow_the_application_to_the_bank(client, refund, cast):
    assert states(client) == ["待审核", NONE, NONE, NONE, NONE]
    actions.approve(refund.number, by=cast.reviewer)
    assert states(client) == ["通过", NONE, NONE, NONE, NONE]
    receipt(refund)
    assert states(client) == ["通过", "核验中", NONE, NONE, NONE]
    tell(refund, "accepted", MONDAY)
    assert states(client) == ["通过", "核验通过", "2026-11-16 09:30", NONE, "退付中"]
    tell(refund, "paid", TUESDAY)
    assert states(client) == ["通过", "核验通过", "2026-11-16 09:30", "2026-11-17", "退付成功"]


# M1-15
def test_a_bounce_says_why_and_a_corrected_account_begins_anew(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "accepted", MONDAY)
    tell(refund, "bounced", TUESDAY)
    assert states(client) == ["通过", "核验通过", "2026-11-16 09:30", NONE, "退付失败 户名不符"]
    account = account_of(cast.resident, OTHER_ACCOUNT)
    actions.correct_account(refund.number, by=cast.resident, account=account)
    assert states(client) == ["通过", NONE, NONE, NONE, NONE]
    assert rows(client.get(PROGRESS))[0]["银行账号"] == "**** 0088"


# M1-15
def test_a_refusal_of_the_medical_insurance_says_why_and_when(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "refused", MONDAY)
    assert states(client) == ["通过", "核验未通过 参保人已享受医保待遇", "2026-11-16 09:30", NONE, NONE]


# M1-15
def test_paid_before_the_agency_was_heard_leaves_its_time_open(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "paid", TUESDAY)
    assert states(client) == ["通过", "核验通过", NONE, "2026-11-17", "退付成功"]


# M2-14, O-03
def test_a_rejection_says_why_in_the_officers_words(client, refund, cast):
    reason = RejectReason.objects.get(code="account_name")
    actions.reject(refund.number, by=cast.reviewer, reason=reason, remark="户名少一个字")
    assert states(client) == [f"未通过 {reason.label}，户名少一个字", NONE, NONE, NONE, NONE]


# M2-14, O-05: 待复核 is 待审核 outside the 税务端, and its remark stays inside
def test_the_second_review_looks_like_the_first(client, resident, cast):
    refund = submitted(resident, office=cast.county, medical_amount="10000.01")
    actions.approve(refund.number, by=cast.reviewer)
    assert states(client)[0] == "待审核"
    actions.send_back(refund.number, by=cast.countersigner, remark="金额再核")
    assert states(client)[0] == "待审核"
    actions.approve(refund.number, by=cast.reviewer)
    actions.countersign(refund.number, by=cast.countersigner)
    assert states(client)[0] == "通过"
    assert "金额再核" not in text(client.get(PROGRESS))


# M2-14, I-06
def test_a_withdrawn_application_stays_on_record(client, refund, cast):
    actions.withdraw(refund.number, by=cast.resident)
    applied(cast.resident, refund.payment)
    assert [row["税务机关意见"] for row in rows(client.get(PROGRESS))] == ["待审核", "已撤销"]


# M2-14
def test_nobody_sees_anothers_application(client, refund, cast):
    client.force_login(cast.stranger)
    page = client.get(PROGRESS)
    assert refund.number not in page.content.decode()
    assert "您还没有申请过医保退费" in text(page)
    assert LIST in links(page).values()


# M2-14
def test_every_enrolment_is_in_it(client, resident, cast):
    refunds = [submitted(resident, office=cast.county, year=year) for year in (2023, 2024)]
    assert refunds[0].payment.enrolment != refunds[1].payment.enrolment
    assert [row["费款所属期起"] for row in rows(client.get(PROGRESS))] == ["2024-01-01", "2023-01-01"]


def numbers(page) -> list[str]:
    return [link["attrs"]["href"].split("/")[2] for link in find_all(tree(page), is_detail)]


def is_detail(tag, attrs):
    return tag == "a" and re.fullmatch("/refunds/YB[0-9]+/", attrs.get("href", ""))


# M2-14
def test_it_is_paged_by_key_and_costs_the_same_at_any_length(client, refund, cast, django_assert_num_queries):
    client.get(PROGRESS)
    with django_assert_num_queries(4):
        client.get(PROGRESS)
    for _ in range(14):
        submitted(cast.resident, office=cast.county)
    with django_assert_num_queries(4):
        first = client.get(PROGRESS)
    second = client.get(links(first)["下一页"])
    newest_first = MedicalRefund.objects.order_by("-submitted_at", "-id").values_list("number", flat=True)
    assert numbers(first) + numbers(second) == list(newest_first)
    assert len(numbers(first)) == 10
    assert numbers(client.get(links(second)["上一页"])) == numbers(first)
    for nonsense in ("\0", "x", "９", "9" * 400):
        assert numbers(client.get(PROGRESS, {"after": nonsense})) == numbers(first)


# M2-14
def test_page_with_fragment_is_the_page_reloaded(client, refund, cast):
    for _ in range(10):
        submitted(cast.resident, office=cast.county)
    page = client.get(PROGRESS)
    following = links(page)["下一页"]
    fragment = client.get(following, headers={"hx-request": "true", "hx-target": "progress"})
    assert b"<html" not in fragment.content
    swapped, reloaded = swap(page, fragment, "progress"), tree(client.get(following))
    assert without_tokens(by_id(swapped, "progress")) == without_tokens(by_id(reloaded, "progress"))
