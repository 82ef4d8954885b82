"""首页 of a clerk: the village's money in sums that add up, what waits, who is without money, a text for the group (N5)."""

import pytest

from pension.models import PensionRefund
from pension.village import handing_out
from refunds import actions
from tests.pages import by_id, find_all, text, tree
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.test_progress import partly_paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def batches(client, cast, village):
    """One partly paid, one passed, one that waits."""
    paid = submit_batch(village, cast.clerk, people=4)
    gone = partly_paid(paid, cast)
    passed = submit_batch(make_village(cast.clerk, people=3, year=2021), cast.clerk)
    actions.approve(passed.number, by=cast.reviewer)
    waiting = submit_batch(make_village(cast.clerk, people=2, year=2020), cast.clerk)
    return paid, passed, waiting, gone


def home(client):
    return tree(client.get("/"))


def sums(page) -> list[str]:
    box = find_all(page, lambda _tag, attrs: "kpis" in attrs.get("class", "").split())[0]
    return [text(one) for one in find_all(box, lambda tag, _attrs: tag == "div")]


def test_the_sums_add_up(client, batches):
    assert sums(home(client)) == [
        "税务已通过 1,200.00 元 6 人；待审核 2 人",
        "已到账 400.00 元 2 人",
        "路上 600.00 元 3 人",
        "退回，没有退成 400.00 元 2 人，缴费都还在",
    ]


def test_what_the_bank_could_not_pay_is_not_said_to_come_by_itself(client, batches, cast):
    report(batches[1].number, events=["accepted", "bounced"])
    assert sums(home(client))[2] == "路上 600.00 元 3 人；其中 3 人等您更正账户"


def test_who_is_without_money_is_one_click_away(client, batches):
    paid, passed, waiting, gone = batches
    part = by_id(home(client), "without")
    assert f"被退回：{gone[1].payment.person.name}" in text(part)
    links = [link["attrs"]["href"] for link in find_all(part, lambda tag, _attrs: tag == "a")]
    assert links == [f"/pension/village/progress/{one.number}/?outcome=unpaid#lines" for one in (waiting, passed, paid)]


def test_names_stand_beside_every_batch_that_lost_somebody_however_many_another_lost(client, cast):
    many = submit_batch(make_village(cast.clerk, people=17, year=2021), cast.clerk)
    few = submit_batch(make_village(cast.clerk, people=2, year=2020), cast.clerk)
    for batch, lost in ((many, 16), (few, 1)):
        actions.approve(batch.number, by=cast.reviewer)
        gone = list(batch.lines.order_by("pk").values_list("payment__ticket_number", flat=True))[:lost]
        report(batch.number, events=["accepted", "paid"], returned=dict.fromkeys(gone, "查无此人"))
    client.force_login(cast.clerk)
    words = [text(row) for row in find_all(by_id(home(client), "without"), lambda tag, _attrs: tag == "li")]
    assert [row.count("、") for row in words] == [0, 2]
    assert all("被退回：" in row for row in words)
    assert [" 等" in row for row in words] == [False, True]


def test_signing_waits_until_everybody_has_signed(client, batches, cast):
    todo = text(by_id(home(client), "todo"))
    assert "签收：村集体补助 2022-01，还有 2 人没有签收" in todo
    paid = PensionRefund.objects.get(pk=batches[0].pk)
    handing_out.sign(paid, by=cast.clerk)
    assert "签收" not in text(by_id(home(client), "todo"))


def test_a_batch_of_which_some_have_their_money_is_called_the_same_everywhere(client, batches):
    page = home(client)
    assert "部分成功" in text(by_id(page, "todo"))
    assert "部分成功" in text(by_id(page, "news"))
    assert "退费成功" not in text(by_id(page, "main"))


def test_the_text_for_the_group_is_at_hand(client, batches):
    words = text(by_id(home(client), "notice"))
    assert "还有 2 人没有签收" in words
    assert batches[0].number not in words


def test_a_village_that_has_done_nothing_yet_is_told_where_to_begin(client, village):
    page = home(client)
    assert "请从【可退费查询】开始" in text(by_id(page, "news"))
    assert not find_all(page, lambda _tag, attrs: "kpis" in attrs.get("class", "").split())


def test_what_was_taken_back_is_in_no_sum(client, village, cast):
    batch = submit_batch(village, cast.clerk)
    actions.withdraw(batch.number, by=cast.clerk)
    page = home(client)
    assert not find_all(page, lambda _tag, attrs: "kpis" in attrs.get("class", "").split())


@pytest.mark.parametrize("more", [0, 4])
def test_it_costs_the_same_however_many_batches_there_are(client, batches, cast, more, django_assert_max_num_queries):
    for year in range(2010, 2010 + more):
        submit_batch(make_village(cast.clerk, people=1, year=year), cast.clerk)
    client.get("/")
    with django_assert_max_num_queries(22):
        client.get("/")
