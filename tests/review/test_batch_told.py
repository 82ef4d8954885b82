"""Before 通过 the officer reads what the clerk of a batch will read: the message, and what stands beside each one left out (O-06)."""

import pytest

from inbox.models import Message
from refunds import actions
from tests.house.test_fragments import htmx
from tests.pages import by_id, find_all, text, tree
from tests.review.batch import leave, lines_of, url
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


def told(response):
    return text(by_id(tree(response), "told"))


def test_what_the_clerk_reads_afterwards_is_what_the_officer_read_before(client, officer, batch, cast):
    lines = lines_of(batch)
    leave(client, batch, lines[:2], remark="2021 年起领取")
    leave(client, batch, lines[2:3], code="own_refund")
    before = told(client.get(url(batch)))
    actions.approve(batch.number, by=officer)
    message = Message.objects.get(number=batch.number, kind="approve")
    assert message.title in before
    assert message.body in before
    assert "其中 3 人不通过" in message.body
    client.force_login(cast.clerk)
    page = tree(client.get(f"/pension/village/progress/{batch.number}/"))
    cells = find_all(page, lambda _tag, attrs: attrs.get("data-label") == "处理结果")
    for cell, line in zip(cells[:3], lines[:3], strict=True):
        assert text(cell) in before
        assert line.payment.person.name in before


def test_those_alike_are_counted_and_the_first_of_them_named(client, officer, cast):
    refund = submit_batch(make_village(cast.clerk, people=7), cast.clerk)
    lines = lines_of(refund)
    leave(client, refund, lines[:5])
    leave(client, refund, lines[5:6], code="other", remark="已迁出")
    words = told(client.get(url(refund)))
    first = "、".join(line.payment.person.name for line in lines[:3])
    assert f"不通过 已开始享受待遇 {first} 等 5 人" in words
    assert f"不通过 其他原因，已迁出 {lines[5].payment.person.name} 1 人" in words
    assert lines[3].payment.person.name not in words


def test_with_nobody_left_out_it_is_the_message_alone(client, officer, batch):
    words = told(client.get(url(batch)))
    assert "1,000.00 元：税务已通过" in words
    assert "不通过" not in words


def test_it_follows_the_list_when_only_the_list_is_changed(client, officer, batch):
    fragment = leave(client, batch, lines_of(batch)[:1], headers=htmx("people", url(batch)), follow=True)
    assert "其中 1 人不通过" in told(fragment)
    assert by_id(tree(fragment), "told")["attrs"]["hx-swap-oob"] == "true"


def test_looking_decides_nothing(client, officer, batch):
    leave(client, batch, lines_of(batch)[:1])
    client.get(url(batch))
    batch.refresh_from_db()
    assert (batch.review_status, batch.amount, batch.people_count) == ("pending", 1000, 5)
    assert not Message.objects.filter(kind="approve").exists()


def test_nothing_is_foretold_when_nobody_can_be_passed_or_it_is_decided(client, officer, batch):
    leave(client, batch, lines_of(batch))
    assert told(client.get(url(batch))) == ""
    client.post(url(batch, "people/take-in/"), {"line": [lines_of(batch)[0].pk]})
    actions.approve(batch.number, by=officer)
    assert told(client.get(url(batch))) == ""


def test_the_countersigner_reads_it_too(client, settings, officer, batch, cast):
    settings.COUNTERSIGN_LIMIT = "500.00"
    leave(client, batch, lines_of(batch)[:1])
    actions.approve(batch.number, by=officer)
    client.force_login(cast.countersigner)
    assert "其中 1 人不通过" in told(client.get(url(batch)))
