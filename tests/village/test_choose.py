"""申请区 (P3-09 … P3-15): a draft in the database; the amount follows every move."""

import pytest

from pension.models import PensionRefund
from pension.village import drafts
from tests.accounts.factories import UserFactory
from tests.pages import by_id, find_all, swap, text, tree, without_tokens
from tests.pension.factories import PaymentFactory
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


def url(village, verb=""):
    return f"/pension/village/{village.pk}/{verb}"


def move(client, village, do, follow=True, **data):
    return client.post(url(village, "choose/"), {"do": do, **data}, follow=follow)


def ids(village):
    return list(village.payments.order_by("pk").values_list("pk", flat=True))


def line_ids(village):
    return list(drafts.of_payment(village).lines.order_by("pk").values_list("pk", flat=True))


# P3-11, P3-15, I-16
def test_the_ticked_go_over_and_the_amount_follows(client, village):
    words = text(move(client, village, "add", payment=ids(village)[:4]))
    assert "已选 4 人 · 800.00 元" in words
    assert "800.00 元" in words


# P3-13, P3-15
def test_one_comes_back(client, village):
    move(client, village, "add", payment=ids(village)[:4])
    assert "已选 3 人 · 600.00 元" in text(move(client, village, "remove", line=line_ids(village)[:1]))


# P3-12, P3-14, P3-15
def test_all_go_over_and_all_come_back(client, village):
    assert "已选 5 人 · 1,000.00 元" in text(move(client, village, "add-all"))
    assert "已选 0 人 · 0.00 元" in text(move(client, village, "remove-all"))


# P3-12, P3-14, I-31
def test_all_means_all_that_the_search_matches(client, village):
    payment = village.payments.first()
    type(payment.person).objects.filter(pk=payment.person_id).update(name="欧阳春梅")
    searched = tree(move(client, village, "search-left", left_name="欧阳"))
    button = find_all(searched, lambda _tag, attrs: attrs.get("value") == "add-all")[0]
    assert button["attrs"]["hx-confirm"] == "把符合条件的 1 人全部添加到退费区？"
    words = text(move(client, village, "add-all", left_name="欧阳"))
    assert "已选 1 人 · 200.00 元" in words
    move(client, village, "add-all")
    assert "已选 4 人" in text(move(client, village, "remove-all", right_name="欧阳"))


# P3-09
@pytest.mark.parametrize("digits", [18, 6])
def test_people_are_found_by_their_number_or_its_end(client, village, digits):
    person = village.payments.first().person
    number = person.id_number.reveal("in a test")[-digits:].lower()
    response = move(client, village, "search-left", left_number=number)
    assert person.id_number.reveal("in a test") not in response.redirect_chain[0][0]
    assert person.name in text(by_id(tree(response), "left"))
    assert "符合条件" in text(by_id(tree(response), "left"))


def test_nothing_ticked_says_what_to_do(client, village):
    assert "请先在选择区勾选人员" in text(move(client, village, "add"))
    assert "请先在退费区勾选人员" in text(move(client, village, "remove"))


def test_another_browser_and_another_clerk_see_the_same_draft(client, village, fellow_clerk):
    move(client, village, "add", payment=ids(village)[:2])
    client.force_login(fellow_clerk)
    assert "已选 2 人" in text(client.get(url(village)))
    move(client, village, "add", payment=ids(village)[2:3])
    assert PensionRefund.objects.count() == 1
    assert drafts.chosen(drafts.of_payment(village)).people == 3


def test_what_was_typed_is_still_there_after_the_browser_was_closed(client, village):
    typed = {
        "contact_name": "王会计",
        "account_number": "6228 4804 0256 4890 018",
        "contact_phone": "1390000",
        "bank": "103",
    }
    client.post(url(village, "remember/"), typed)
    page = tree(client.get(url(village)))
    assert by_id(page, "id_contact_name")["attrs"]["value"] == "王会计"
    assert "已保存 **** 0018" in text(page)


def test_a_move_keeps_what_was_typed_above(client, village):
    move(client, village, "add-all", contact_name="王会计")
    assert drafts.of_payment(village).contact_name == "王会计"


# P3-09
def test_people_of_a_live_refund_are_not_offered(client, village, cast):
    submit_batch(village, cast.clerk, people=2)
    assert "可退 3 人" in text(client.get(url(village)))


def test_another_villages_payment_does_not_exist(client, village, cast):
    foreign = make_village(UserFactory(clerk=True), people=2)
    for verb in ("", "check/"):
        assert client.get(url(foreign, verb)).status_code == 404
    for verb in ("choose/", "remember/", "save/", "check/", "drop-conflicts/"):
        assert client.post(url(foreign, verb)).status_code == 404


def test_another_payments_people_cannot_be_smuggled_in(client, village, cast):
    other = make_village(cast.clerk, people=1, year=2023)
    move(client, village, "add", payment=[*ids(other), PaymentFactory().pk, 10**30, "x"])
    assert drafts.chosen(drafts.of_payment(village)).people == 0


def test_page_with_fragment_is_the_page_reloaded(client, village):
    page = client.get(url(village))
    fragment = client.post(
        url(village, "choose/"),
        {"do": "add", "payment": ids(village)[:2]},
        headers={"hx-request": "true", "hx-target": "choice"},
    )
    assert b"<html" not in fragment.content
    reloaded = tree(client.get(url(village)))
    for region in ("choice", "computed"):
        new = without_tokens(by_id(swap(page, fragment, region), region))
        new["attrs"].pop("hx-swap-oob", None)
        assert new == without_tokens(by_id(reloaded, region))


@pytest.mark.parametrize("people", [3, 45])
def test_queries_do_not_grow_with_the_batch(client, cast, people, django_assert_max_num_queries):
    client.force_login(cast.clerk)
    village = make_village(cast.clerk, people=people)
    client.get(url(village))
    with django_assert_max_num_queries(27):
        move(client, village, "add-all", follow=False)
    with django_assert_max_num_queries(18):
        page = client.get(url(village))
    assert len(find_all(tree(page), lambda tag, attrs: True)) < 3000
