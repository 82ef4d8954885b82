"""All people of a batch whom a search or a mark finds are left out, or taken in again, with one press (O-06)."""

import pytest

from pension.models import Payment
from refunds import actions
from tests.house.test_fragments import htmx
from tests.pages import by_id, find_all, text, tree
from tests.review.batch import leave, lines_of, reason, region, url
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked(village, cast):
    """Two of five paid more than the others."""
    people = [payment.pk for payment in village.payments.order_by("pk")[1:3]]
    Payment.objects.filter(pk__in=people).update(amount="300.00")
    return submit_batch(village, cast.clerk)


def leave_all(client, refund, matching, *, query="only=amount", code="other", remark="金额待核", **more):
    data = {"matching": matching, "reason": code, "remark": remark}
    return client.post(f"{url(refund, 'people/leave-out/')}?{query}", data, **more)


def take_in_all(client, refund, matching, *, query="only=amount"):
    return client.post(f"{url(refund, 'people/take-in/')}?{query}", {"matching": matching}, follow=True)


def buttons(response):
    return [text(one) for one in find_all(region(response), lambda tag, _attrs: tag == "button")]


def left_out(refund):
    return set(refund.lines.filter(left_out__isnull=False).values_list("pk", flat=True))


def test_all_with_a_mark_are_left_out_by_one_press_that_says_how_many(client, officer, marked):
    assert "排除全部符合条件的 2 人" in buttons(client.get(url(marked), {"only": "amount"}))
    assert "已排除全部符合条件的 2 人" in text(leave_all(client, marked, 2, follow=True))
    assert left_out(marked) == {line.pk for line in lines_of(marked)[1:3]}
    assert {line.left_out_remark for line in lines_of(marked)[1:3]} == {"金额待核"}


def test_a_search_by_name_leaves_out_all_it_finds_and_nobody_else(client, officer, batch):
    name = lines_of(batch)[3].payment.person.name
    leave_all(client, batch, 1, query=f"name={name}")
    assert left_out(batch) == {lines_of(batch)[3].pk}


def test_they_are_taken_in_again_the_same_way(client, officer, marked):
    leave(client, marked, lines_of(marked)[:1])
    leave_all(client, marked, 2)
    assert "恢复全部符合条件的 2 人" in buttons(client.get(url(marked), {"only": "amount"}))
    assert "已恢复全部符合条件的 2 人" in text(take_in_all(client, marked, 2))
    assert left_out(marked) == {lines_of(marked)[0].pk}


def test_who_is_left_out_already_keeps_her_reason(client, officer, marked):
    leave(client, marked, lines_of(marked)[1:2], code="benefit_started")
    assert "其中 1 人已排除，原因不会改动" in text(client.get(url(marked), {"only": "amount"}))
    leave_all(client, marked, 1)
    assert [line.left_out_id for line in lines_of(marked)[1:3]] == ["benefit_started", "other"]


@pytest.mark.parametrize("said", ["1", "3", "", "x"])
def test_when_others_match_than_the_page_counted_nobody_is_touched(client, officer, marked, said):
    response = leave_all(client, marked, said)
    assert response.status_code == 422
    assert "现在是 2 人，没有改动任何人" in text(response)
    assert 'value="金额待核"' in response.content.decode()
    assert "没有改动任何人" in text(take_in_all(client, marked, "7"))
    assert not left_out(marked)


def test_everybody_is_never_left_out_this_way(client, officer, marked):
    lines = lines_of(marked)
    leave(client, marked, [lines[0], lines[3], lines[4]])
    page = client.get(url(marked), {"only": "amount"})
    assert "不能全部排除。整批都不通过的，请改用【不通过】。" in text(page)
    assert not [words for words in buttons(page) if words.startswith("排除全部")]
    response = leave_all(client, marked, 2)
    assert "请改用【不通过】" in text(response)
    assert left_out(marked) == {lines[0].pk, lines[3].pk, lines[4].pk}


def test_without_a_reason_nobody_is_left_out_and_what_was_written_stays(client, officer, marked):
    response = leave_all(client, marked, 2, code="")
    assert "请选择排除的原因" in text(response)
    assert 'value="金额待核"' in response.content.decode()
    assert not left_out(marked)


def test_nobody_leaves_people_out_of_what_is_decided(client, officer, marked, cast):
    actions.approve(marked.number, by=cast.colleague)
    assert "您的操作没有生效" in text(leave_all(client, marked, 2, follow=True))
    assert leave_all(client, marked, 2, headers=htmx("people")).headers["HX-Redirect"] == url(marked)
    assert not left_out(marked)


def test_without_a_search_all_are_not_offered(client, officer, marked):
    assert not [words for words in buttons(client.get(url(marked))) if "全部符合条件" in words]


@pytest.mark.parametrize("code", ["account_name", "account_closed", "arrived"])
def test_reasons_about_the_account_or_the_arrival_are_not_for_one_of_many(client, officer, marked, code):
    choices = by_id(tree(client.get(url(marked))), "leave_reason")
    offered = [option["attrs"]["value"] for option in find_all(choices, lambda tag, _attrs: tag == "option")]
    assert "own_refund" in offered
    assert code not in offered
    assert leave_all(client, marked, 2, code=code).status_code == 422
    assert leave(client, marked, lines_of(marked)[:1], code=code).status_code == 422
    assert not left_out(marked)


def test_her_own_refund_of_the_year_is_a_reason(client, officer, marked):
    leave_all(client, marked, 2, code="own_refund", remark="")
    assert {line.left_out for line in lines_of(marked)[1:3]} == {reason("own_refund")}


@pytest.mark.parametrize("people", [3, 60])
def test_however_many_they_are_it_is_the_same_statements(client, officer, cast, people, django_assert_num_queries):
    refund = submit_batch(make_village(cast.clerk, people=people), cast.clerk)
    first = lines_of(refund)[0].payment.person
    type(first).objects.filter(pk=first.pk).update(name="不在其中")
    client.get(url(refund))
    with django_assert_num_queries(24):
        leave_all(client, refund, people - 1, query="name=测试")
    assert len(left_out(refund)) == people - 1
    with django_assert_num_queries(23):
        client.post(f"{url(refund, 'people/take-in/')}?name=测试", {"matching": people - 1})
    assert not left_out(refund)
