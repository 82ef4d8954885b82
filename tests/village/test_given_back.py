"""What was taken back is not lost: a batch becomes a draft again, 全部取消退费 is undone, and drafts wait in 我的待办."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Person
from pension.village import drafts
from pension.village.models import DraftClerk
from tests.pages import by_id, find_all, text, tree
from tests.village.batches import ACCOUNT, submit_batch
from tests.village.test_choose import move, url
from tests.village.test_progress import URL

pytestmark = pytest.mark.django_db


def test_a_batch_taken_back_is_a_draft_with_its_people_and_its_account(client, village, cast):
    batch = submit_batch(village, cast.clerk, people=4)
    words = text(client.post(f"{URL}withdraw/", {"batch": batch.number}, follow=True))
    assert "其中 4 人和收款账户已留作草稿" in words
    draft = drafts.of_payment(village)
    assert drafts.chosen(draft).people == 4
    assert draft.account_number.reveal("in a test") == ACCOUNT
    assert (draft.contact_name, draft.bank_code) == ("王会计", "103")
    assert client.get(url(village, "check/")).status_code == 200


def test_it_joins_a_draft_that_was_begun_meanwhile_and_leaves_its_account(client, village, cast):
    batch = submit_batch(village, cast.clerk, people=3)
    move(client, village, "add-all", account_number="95599000000000088")
    client.post(f"{URL}withdraw/", {"batch": batch.number})
    draft = drafts.of_payment(village)
    assert drafts.chosen(draft).people == 5
    assert draft.account_number.reveal("in a test") == "95599000000000088"


def test_taking_all_out_says_how_many_and_is_undone_by_one_press(client, village):
    page = tree(move(client, village, "add-all"))
    button = find_all(page, lambda _tag, attrs: attrs.get("value") == "remove-all")[0]
    assert "5 人" in button["attrs"]["hx-confirm"]
    assert "全部取消退费：5 人已移回选择区" in text(move(client, village, "remove-all"))
    words = text(move(client, village, "put-back"))
    assert "已把 5 人放回退费区" in words
    assert "已选 5 人" in words
    assert "已移回选择区" not in words


def test_a_draft_waits_with_its_people_its_sum_and_its_age(client, village, cast):
    move(client, village, "add-all")
    DraftClerk.objects.update(changed_at=timezone.now() - timedelta(days=3))
    words = text(by_id(tree(client.get("/")), "todo"))
    assert "村集体补助 2022-01，已选 5 人 1,000.00 元" in words
    assert f"{cast.clerk.display_name} 3 天前改过" in words


def test_what_was_pressed_is_found_again_after_the_answer(client, village):
    pressed = tree(client.post(url(village, "choose/"), {"do": "add-all"}, headers={"hx-request": "true"}))
    for name in ("do-add", "do-add-all", "do-remove", "do-remove-all", "left-search", "right-search"):
        assert by_id(pressed, name)


def test_a_person_is_found_by_pinyin_initials(client, village):
    person = village.payments.first().person
    Person.objects.filter(pk=person.pk).update(name="欧阳春梅", initials=["oycm"])
    for typed in ("oycm", "OY"):
        left = text(by_id(tree(move(client, village, "search-left", left_name=typed)), "left"))
        assert "符合条件 1 人" in left
        assert "欧阳春梅" in left
    assert "符合条件 0 人" in text(by_id(tree(move(client, village, "search-left", left_name="cm")), "left"))
