"""A batch whose payments the core system corrected: two presses take it back and apply again as the record is now."""

from decimal import Decimal

import pytest
from django.urls import reverse

from pension.models import Payment, PensionRefund
from pension.village import drafts
from refunds import actions
from tests.medical.reading import links
from tests.pages import by_id, find, text, tree
from tests.village.batches import ACCOUNT, submit_batch
from tests.village.test_choose import move

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(village, cast):
    """Of five people: of one the amount was corrected, one payment is void."""
    batch = submit_batch(village, cast.clerk)
    changed, ended = Payment.objects.filter(collective=village).order_by("pk")[:2]
    Payment.objects.filter(pk=changed.pk).update(amount="150.00")
    Payment.objects.filter(pk=ended.pk).update(record_status="void")
    actions.follow_records(PensionRefund, [batch.pk])
    batch.refresh_from_db()
    return batch


def address(batch):
    return reverse("pension:village-reapply", args=[batch.number])


def seen(client, batch):
    hidden = find(tree(client.get(address(batch))), lambda _tag, attrs: attrs.get("name") == "seen")
    return {"seen": hidden["attrs"]["value"]}


def test_it_waits_for_the_clerk_on_the_first_page(client, batch):
    todo = by_id(tree(client.get("/")), "todo")
    assert "按更正后的记录重新申请（1,000.00 元）" in text(todo)
    assert reverse("pension:village-lines", args=[batch.number]) in links(todo).values()
    client.post(address(batch), seen(client, batch))
    assert "重新申请" not in text(by_id(tree(client.get("/")), "todo"))


def test_two_presses_take_it_back_and_apply_again_as_the_record_is_now(client, batch):
    assert address(batch) in client.get(reverse("pension:village-lines", args=[batch.number])).text
    page = text(client.get(address(batch)))
    assert "5 人，1,000.00 元" in page
    assert "4 人，750.00 元" in page
    client.post(address(batch), seen(client, batch))
    new = PensionRefund.objects.exclude(pk=batch.pk).get()
    batch.refresh_from_db()
    assert (batch.review_status, new.review_status) == ("withdrawn", "pending")
    assert (new.people_count, new.amount, new.corrected) == (4, Decimal("750.00"), "")
    assert new.account_number.reveal("in a test") == ACCOUNT


def test_what_the_page_did_not_show_is_not_sent(client, batch):
    showed = seen(client, batch)
    payment = Payment.objects.filter(collective=batch.collective, record_status="normal").last()
    Payment.objects.filter(pk=payment.pk).update(amount="1.00")
    client.post(address(batch), showed)
    batch.refresh_from_db()
    assert (batch.review_status, PensionRefund.objects.count()) == ("pending", 1)


def test_a_draft_of_the_same_payment_is_not_mixed_up_with_it(client, village, batch):
    move(client, village, "add-all", account_number="95599000000000088")
    assert "另有没提交的草稿" in text(client.get(address(batch)))
    client.post(address(batch), {"seen": "4 750.00"})
    batch.refresh_from_db()
    assert batch.review_status == "pending"
    assert drafts.of_payment(village).account_number.reveal("in a test") == "95599000000000088"


def test_where_nobody_is_left_she_is_led_to_the_withdrawal(client, batch):
    Payment.objects.filter(collective=batch.collective).update(record_status="void")
    assert "已没有可以退费的人" in text(client.get(address(batch)))


def test_a_batch_without_a_correction_is_not_applied_for_again(client, village, cast):
    batch = submit_batch(village, cast.clerk)
    client.post(address(batch), {"seen": "5 1000.00"})
    assert PensionRefund.objects.get().review_status == "pending"
    assert address(batch) not in client.get(reverse("pension:village-lines", args=[batch.number])).text
