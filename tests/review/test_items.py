"""/review/items/: what the handoff could not settle, until a person has dealt with it."""

import pytest

from handoff.models import Delivery, DeliveryStatus, WorkItem, WorkItemKind
from refunds import actions
from tests.jobs import queued
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast, settings):
    from handoff import deliveries

    settings.AGENCIES["hrss"]["url"] = "http://127.0.0.1:9"
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    deliveries.send(Delivery.objects.get().pk, last_try=True)
    return WorkItem.objects.get()


def test_a_held_delivery_is_listed_and_can_be_sent_again(client, cast, held):
    client.force_login(cast.reviewer)
    assert held.instruction_id in text(client.get("/review/items/"))
    jobs = len(queued("handoff.send"))
    client.post(f"/review/items/{held.pk}/send-again/")
    assert Delivery.objects.get().status == DeliveryStatus.WAITING
    assert len(queued("handoff.send")) == jobs + 1
    assert held.instruction_id not in text(client.get("/review/items/")).split("没有需要人工处理")[-1]


def test_pressing_again_twice_sends_once(client, cast, held):
    client.force_login(cast.reviewer)
    first = client.post(f"/review/items/{held.pk}/send-again/")
    second = client.post(f"/review/items/{held.pk}/send-again/")
    assert (first.status_code, second.status_code) == (302, 404)


def test_an_item_is_closed_with_a_note(client, cast, held):
    client.force_login(cast.reviewer)
    assert "请写明是怎样处理的" in text(client.post(f"/review/items/{held.pk}/close/", {"note": " "}, follow=True))
    held_still = client.post(f"/review/items/{held.pk}/close/", {"note": "已电话联系人社"}, follow=True)
    assert "请先点击【重新发送】" in text(held_still)  # or the refund would be stranded
    WorkItem.objects.filter(pk=held.pk).update(kind=WorkItemKind.CONTRADICTION, instruction_id="YL000-9")
    client.post(f"/review/items/{held.pk}/close/", {"note": "已电话联系人社"})
    item = WorkItem.objects.get()
    assert (item.note, item.closed_by) == ("已电话联系人社", cast.reviewer)


def test_the_same_contradiction_twice_is_one_item(client, cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid", "refused", "refused"])
    assert WorkItem.objects.get().kind == WorkItemKind.CONTRADICTION


def test_another_office_does_not_see_it(client, cast, held):
    client.force_login(cast.outsider)
    assert held.instruction_id not in text(client.get("/review/items/"))
    assert client.post(f"/review/items/{held.pk}/close/", {"note": "x"}).status_code == 404


@pytest.mark.parametrize("instruction", ["known", "YL000-9"])
def test_only_what_was_held_can_be_sent_again(client, cast, instruction):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    item = WorkItem.objects.create(
        kind=WorkItemKind.CONTRADICTION,
        agency="hrss",
        instruction_id=refund.instruction_id if instruction == "known" else instruction,
        office=cast.county,
        detail="测试",
    )
    client.force_login(cast.reviewer)
    response = client.post(f"/review/items/{item.pk}/send-again/", follow=True)
    assert "不需要重新发送" in text(response)
    assert len(queued("handoff.send")) == 1
