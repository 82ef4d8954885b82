"""/pension/: what a resident may get back, on a PC and on a phone (P2-01 … P2-04, P1-01 … P1-04)."""

from datetime import date

import pytest

from refunds import actions
from refunds.models import RejectReason
from tests.medical.reading import buttons, rows, said
from tests.pages import by_id, find_all, headings, swap, text, tree, without_tokens
from tests.pension.factories import PaymentFactory, submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
URL = "/pension/"


@pytest.fixture
def resident(client, cast):
    client.force_login(cast.resident)
    return cast.resident


# P2-03
def test_it_has_the_columns_of_the_manual_in_order(client, resident):
    PaymentFactory(person=resident.person)
    assert headings(client.get(URL)) == [
        "序号", "选择 全选本页", "缴费人", "证件号码", "缴费金额（元）", "税款所属期起", "税款所属期止",
        "缴费渠道", "退费状态", "审核状态", "审核结果",
    ]  # fmt: skip


# P2-01, P2-08, I-12
def test_it_has_the_four_buttons_of_the_manual(client, resident):
    words = text(client.get(URL))
    assert all(label in words for label in ("查询", "申请退费", "撤销退费", "进度查询"))


# P1-02, P1-04, P1-07, P1-09, P1-10, I-01
def test_a_phone_has_its_own_words_for_the_same_buttons(client, resident):
    page = client.get(URL)
    assert {"可退费信息查询", "退费进度查询", "申请退费", "撤销退费"} <= set(buttons(page, "phone"))
    assert not {"查询", "进度查询"} & set(buttons(page, "phone"))


# P1-01, P2-01
def test_title_and_filters_are_those_of_the_manual_and_each_filter_can_be_cleared(client, resident):
    page = tree(client.get(URL))
    assert text(find_all(page, lambda tag, _attrs: tag == "h1")[0]) == "社保费退费"
    for name, label in (("year", "缴费年度"), ("status", "查询状态")):
        shown = find_all(page, lambda tag, attrs, name=name: tag == "label" and attrs["for"] == f"filter-{name}")
        assert [said(words) for words in shown] == [label]
        assert find_all(page, lambda tag, attrs, name=name: attrs.get("data-clear") == f"filter-{name}")


# P1-01, P1-03, P2-04, I-02, I-03
def test_a_row_on_a_phone_a_card_says_the_six_things_of_the_manual_in_order(client, resident, cast):
    period = {"period_start": date(2017, 10, 31), "period_end": date(2021, 10, 31)}
    PaymentFactory(person=resident.person, office=cast.county, amount="700.00", channel="楚税通", **period)
    page = client.get(URL)
    (row,) = rows(page)
    who = (resident.person.name, str(resident.person.id_number))
    assert (row["缴费人"], row["证件号码"]) == who
    assert list(row.items())[3:] == [
        ("缴费金额（元）", "700.00"), ("税款所属期起", "2017-10-31"), ("税款所属期止", "2021-10-31"),
        ("缴费渠道", "楚税通"), ("退费状态", "未申请"), ("审核状态", "--"), ("审核结果", "--"),
    ]  # fmt: skip
    assert list(rows(page, "phone")[0].items()) == [
        ("缴费金额", "700.00 元"), ("税款所属期", "2017-10-31 — 2021-10-31"), ("缴费渠道", "楚税通"),
        ("退费状态", "未申请"), ("审核状态", "--"), ("审核结果", "--"),
    ]  # fmt: skip
    (person,) = find_all(tree(page), lambda tag, attrs: attrs.get("class") == "person on-phone")
    assert text(person) == f"社保费退费人员信息 缴费人 {who[0]} 证件号码 {who[1]}"


# P1-02, P2-02
def test_it_lists_what_did_not_arrive_and_what_is_abnormal(client, resident):
    PaymentFactory(person=resident.person, amount="1000.00")
    PaymentFactory(person=resident.person, amount="700.00", year=2021, abnormal=True)
    words = text(by_id(tree(client.get(URL)), "rows"))
    assert "1,000.00" in words
    assert "700.00" in words
    assert words.count("未申请") == 2


# P1-11, P2-09, I-08
def test_an_arrived_payment_says_why_not_and_whom_to_ask(client, resident, cast):
    PaymentFactory(person=resident.person, amount="300.00", year=2022, arrived=True, office=cast.county)
    page = tree(client.get(URL))
    assert "300.00" not in text(by_id(page, "rows"))
    words = text(by_id(page, "arrived"))
    assert all(part in words for part in ("300.00", "需联系税务人员发起退费申请", "汉川市税务局", "12366"))


# P1-02, P2-02
def test_it_never_shows_another_persons_payment(client, resident, cast):
    PaymentFactory(person=cast.stranger.person, amount="555.00")
    assert "555.00" not in text(client.get(URL))


# P3-22
def test_what_the_village_paid_and_did_not_arrive_may_be_applied_for_by_the_resident_too(client, resident):
    PaymentFactory(person=resident.person, of_village=True)
    assert "200.00" in text(by_id(tree(client.get(URL)), "rows"))


# P1-02, P2-02
def test_the_year_filter_narrows_and_nonsense_is_ignored(client, resident):
    PaymentFactory(person=resident.person, amount="1000.00", year=2019)
    PaymentFactory(person=resident.person, amount="700.00", year=2021)
    assert "700.00" not in text(by_id(tree(client.get(URL, {"year": "2019"})), "rows"))
    for nonsense in ("abcd", "２０１９", "99999999999999999999", "-1", "\0"):
        assert client.get(URL, {"year": nonsense}).status_code == 200


# P1-01, P2-01, I-05
@pytest.mark.parametrize(
    ("status", "shown"), [("人社退费中", True), ("已申请", True), ("未申请", False), ("税务退回", False)]
)
def test_the_status_filter_takes_the_words_of_the_page_and_the_older_one(client, resident, cast, status, shown):
    submitted(resident, office=cast.county, amount="1000.00")
    assert ("1,000.00" in text(by_id(tree(client.get(URL, {"status": status})), "rows"))) is shown


def states_of_row(client):
    cells = find_all(
        tree(client.get(URL)), lambda tag, attrs: tag == "td" and attrs.get("data-label", "").endswith(("状态", "结果"))
    )
    return [text(cell) for cell in cells]


# P1-06, P1-12, P1-13, P2-10, P2-11, H-01, I-09, I-10, I-11
def test_the_three_states_follow_the_application(client, resident, cast):
    payment = PaymentFactory(person=resident.person, office=cast.county)
    assert states_of_row(client) == ["未申请", "--", "--"]
    refund = submitted(resident, payment)
    assert states_of_row(client) == ["人社退费中 等待税务审核 查看办理进度", "待审核", "未知"]
    actions.withdraw(refund.number, by=resident)
    assert states_of_row(client) == ["未申请", "--", "--"]
    refund = submitted(resident, payment)
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark="")
    assert states_of_row(client) == ["税务退回 可重新申请 查看办理进度", "审核完成", "未通过"]
    refund = submitted(resident, payment)
    actions.approve(refund.number, by=cast.reviewer)
    assert states_of_row(client) == ["人社退费中 税务已通过，等待移交 查看办理进度", "审核完成", "通过"]
    report(refund.number, events=["accepted"])
    assert states_of_row(client)[0] == "银行退付中 查看办理进度"
    report(refund.number, events=["paid"])
    assert states_of_row(client) == ["退费成功 查看办理进度", "审核完成", "通过"]


def test_above_the_limit_the_second_review_looks_like_the_first(client, resident, cast):
    refund = submitted(resident, office=cast.county, amount="10000.01")
    actions.approve(refund.number, by=cast.reviewer)
    assert states_of_row(client) == ["人社退费中 等待税务审核 查看办理进度", "待审核", "未知"]


def test_it_costs_the_same_queries_for_one_payment_as_for_forty(client, resident, cast, django_assert_num_queries):
    submitted(resident, office=cast.county)
    client.get(URL)
    with django_assert_num_queries(6):
        client.get(URL)
    for year in range(1981, 2020):
        submitted(resident, office=cast.county, year=year)
    with django_assert_num_queries(6):
        client.get(URL)


# P1-04, P1-07
def test_the_sum_of_what_is_ticked_comes_from_the_server_and_each_button_counts_its_own(client, resident, cast):
    open_, back = PaymentFactory.create_batch(2, person=resident.person, office=cast.county, amount="700.00")
    waiting, passed = (submitted(resident, office=cast.county, amount=amount) for amount in ("800.00", "50.00"))
    actions.approve(passed.number, by=cast.reviewer)
    keys = {refund: refund.payment_keys().pop() for refund in (waiting, passed)}
    boxes = ticks(client.get(URL))
    assert boxes.keys() == {str(open_.pk), str(back.pk), str(keys[waiting])}  # nothing can be done with what is passed

    def said_of(*ticked):
        asked = {"payment": [*ticked, "nonsense", 10**30, "\0"]}
        return text(client.get(URL, asked, headers={"hx-request": "true", "hx-target": "ticked"}))

    assert said_of() == "已选 0 笔 ，合计 0.00 元"
    assert said_of(open_.pk, back.pk) == "已选 2 笔 ，合计 1,400.00 元"
    assert said_of(keys[waiting]) == "已选 1 笔，可撤销 800.00 元"
    mixed = said_of(open_.pk, keys[waiting], keys[passed], PaymentFactory(person=cast.stranger.person).pk)
    assert mixed == "已选 2 笔： 可申请 1 笔 700.00 元 ， 可撤销 1 笔 800.00 元"
    page = client.get(URL, {"payment": open_.pk})  # without a script, and for whoever comes back
    assert [key for key, attrs in ticks(page).items() if "checked" in attrs] == [str(open_.pk)]
    assert "可申请 2 笔，共 1,400.00 元；待审核可撤销 1 笔" in text(page)


def ticks(page):
    """The attributes of the boxes of the list, by the key of the payment."""
    found = find_all(tree(page), lambda tag, attrs: tag == "input" and attrs.get("name") == "payment")
    return {box["attrs"]["value"]: box["attrs"] for box in found}


def test_page_with_fragment_is_the_page_reloaded(client, resident, cast):
    submitted(resident, office=cast.county)
    PaymentFactory(person=resident.person, year=2021)
    narrow = {"year": "2021"}
    fragment = client.get(URL, narrow, headers={"hx-request": "true", "hx-target": "payments"})
    assert b"<html" not in fragment.content
    swapped = swap(client.get(URL), fragment, "payments")
    reloaded = tree(client.get(URL, narrow))
    assert without_tokens(by_id(swapped, "payments")) == without_tokens(by_id(reloaded, "payments"))
