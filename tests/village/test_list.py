"""/pension/village/: what the village paid, and how much of it can still be refunded (P3-01 … P3-06)."""

import pytest

from pension.models import PaymentType
from pension.village import drafts
from tests.accounts.factories import UserFactory
from tests.pages import headings, text
from tests.pension.factories import PaymentFactory
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
URL = "/pension/village/"


def test_it_has_the_columns_of_the_manual_in_order(client, village):
    assert headings(client.get(URL)) == [
        "序号", "选择", "缴费人名称", "缴费人税号", "缴费人社保号", "实缴人数", "退费人数", "操作", "实缴金额",
        "所属期起", "所属期止", "申报方式",
    ]  # fmt: skip


def test_numbers_add_up(client, village, cast):
    submit_batch(village, cast.clerk, people=2)
    assert "5 可退 3 · 已申请 2 · 已退 0" in text(client.get(URL))


def test_paid_people_and_amount_are_those_of_the_members(client, village):
    words = text(client.get(URL))
    assert "1,000.00" in words  # 5 × 200
    assert "电子税务局" in words


def test_only_the_two_types_of_ones_own_village_appear(client, village, cast):
    PaymentFactory(person=cast.resident.person, organisation=cast.clerk.organisation, amount="333.00")
    make_village(UserFactory(clerk=True), people=2, year=2021)
    words = text(client.get(URL))
    assert "333.00" not in words
    assert "2021" not in words


@pytest.mark.parametrize(
    ("filters", "found"),
    [({"year": "2022"}, True), ({"year": "2021"}, False), ({"month": "1"}, True), ({"month": "2"}, False),
     ({"type": "collective"}, True), ({"type": "hardship"}, False), ({"type": "personal"}, True), ({"year": "x"}, True)],
)  # fmt: skip
def test_the_filters_narrow_and_nonsense_is_ignored(client, village, filters, found):
    assert ("1,000.00" in text(client.get(URL, filters))) is found


def test_a_member_is_found_by_number_without_the_number_in_the_address(client, village, cast):
    other = make_village(cast.clerk, people=1, year=2023, payment_type=PaymentType.HARDSHIP)
    member = other.payments.get().person
    response = client.post(URL, {"number": member.id_number.reveal()}, follow=True)
    assert member.id_number.reveal() not in response.redirect_chain[0][0]
    assert "特殊人群代缴" in text(response)
    assert "1,000.00" not in text(response)


def test_without_a_match_it_says_so_as_the_manual_does(client, village):
    assert "当前显示第 0 到 0 条 共 0 条记录" in text(client.get(URL, {"year": "1999"}))


def test_a_draft_is_no_application(client, village, cast):
    drafts.add(village, by=cast.clerk)
    assert "可退 5 · 已申请 0 · 已退 0" in text(client.get(URL))


def test_it_costs_the_same_queries_at_any_size(client, village, cast, django_assert_num_queries):
    client.get(URL)
    with django_assert_num_queries(5):
        client.get(URL)
    for year in range(2010, 2020):
        make_village(cast.clerk, people=3, year=year)
    with django_assert_num_queries(5):
        client.get(URL)
