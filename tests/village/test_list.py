"""/pension/village/: what the village paid, and how much of it can still be refunded (P3-01 … P3-06)."""

import pytest

from pension.models import PaymentType
from pension.village import drafts
from tests.accounts.factories import UserFactory
from tests.medical.reading import buttons, links, rows
from tests.pages import by_id, find_all, headings, text, tree
from tests.pension.factories import PaymentFactory
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
URL = "/pension/village/"


# P3-01, I-14
def test_title_filters_and_buttons_are_those_of_the_manual(client, village):
    page = tree(client.get(URL))
    assert text(find_all(page, lambda tag, _attrs: tag == "h1")[0]) == "村组(单位)城乡居民养老退费"
    filters = {"number": "证件号码", "year": "缴费年度", "month": "缴费月份", "type": "缴费类型"}
    for name, label in filters.items():
        shown = find_all(page, lambda tag, attrs, name=name: tag == "label" and attrs.get("for") == f"filter-{name}")
        assert [text(words) for words in shown] == [label]
        assert find_all(page, lambda tag, attrs, name=name: attrs.get("data-clear") == f"filter-{name}")
    kinds = find_all(by_id(page, "filter-type"), lambda tag, _attrs: tag == "option")
    assert [text(kind) for kind in kinds] == ["全部", "村集体补助", "特殊人群代缴"]
    assert {"可退费查询", "退费进度"} <= set(buttons(page))


# P3-06, I-30
def test_ten_stand_on_a_page_and_the_next_ones_are_a_link_away(client, village, cast):
    for year in range(2010, 2021):
        make_village(cast.clerk, people=1, year=year)
    first = client.get(URL)
    assert len(rows(first)) == 10
    assert "当前显示第 1 到 10 条 共 12 条记录" in text(first)
    assert len(rows(client.get(links(first)["下一页"]))) == 2


# P3-03
def test_it_has_the_columns_of_the_manual_in_order(client, village):
    assert headings(client.get(URL)) == [
        "序号", "选择", "缴费人名称", "缴费人税号", "缴费人社保号", "实缴人数", "退费人数", "操作", "实缴金额",
        "所属期起", "所属期止", "申报方式",
    ]  # fmt: skip


# P3-03
def test_numbers_add_up(client, village, cast):
    submit_batch(village, cast.clerk, people=2)
    assert "5 可退 3 · 已申请 2 · 已退 0" in text(client.get(URL))


# P3-02, P3-04
def test_paid_people_and_amount_are_those_of_the_members(client, village):
    words = text(client.get(URL))
    assert "1,000.00" in words  # 5 × 200
    assert "电子税务局" in words


# P3-02, P3-22, I-15
def test_only_the_two_types_of_ones_own_village_appear(client, village, cast):
    PaymentFactory(person=cast.resident.person, organisation=cast.clerk.organisation, amount="333.00")
    make_village(UserFactory(clerk=True), people=2, year=2021)
    words = text(client.get(URL))
    assert "333.00" not in words
    assert "2021" not in words


# P3-01, P3-02, I-14
@pytest.mark.parametrize(
    ("filters", "found"),
    [({"year": "2022"}, True), ({"year": "2021"}, False), ({"month": "1"}, True), ({"month": "2"}, False),
     ({"type": "collective"}, True), ({"type": "hardship"}, False), ({"type": "personal"}, True), ({"year": "x"}, True)],
)  # fmt: skip
def test_the_filters_narrow_and_nonsense_is_ignored(client, village, filters, found):
    assert ("1,000.00" in text(client.get(URL, filters))) is found


# P3-01
def test_a_member_is_found_by_number_without_the_number_in_the_address(client, village, cast):
    other = make_village(cast.clerk, people=1, year=2023, payment_type=PaymentType.HARDSHIP)
    member = other.payments.get().person
    response = client.post(URL, {"number": member.id_number.reveal("in a test")}, follow=True)
    assert member.id_number.reveal("in a test") not in response.redirect_chain[0][0]
    assert "特殊人群代缴" in text(response)
    assert "1,000.00" not in text(response)


# P3-05
def test_without_a_match_it_says_so_as_the_manual_does(client, village):
    assert "当前显示第 0 到 0 条 共 0 条记录" in text(client.get(URL, {"year": "1999"}))


def test_a_draft_is_no_application(client, village, cast):
    drafts.add(village, by=cast.clerk)
    assert "可退 5 · 已申请 0 · 已退 0" in text(client.get(URL))


def test_it_costs_the_same_queries_at_any_size(client, village, cast, django_assert_num_queries):
    client.get(URL)
    with django_assert_num_queries(7):
        client.get(URL)
    for year in range(2010, 2020):
        make_village(cast.clerk, people=3, year=year)
    with django_assert_num_queries(7):
        client.get(URL)
