"""A death that the core system reports after 通过 finds nobody who looks: what it touches is told, as what a corrected record touches."""

from datetime import date

from django.urls import reverse

from accounts.models import Person
from handoff import deliveries, desk
from handoff.models import Delivery, Proposal, WorkItem
from inbox.models import Message
from refunds import actions
from tests.accounts.factories import UserFactory
from tests.feeds import data
from tests.feeds.correcting import N, correct, fresh, item, payment
from tests.invariants import violations
from tests.reports import report
from tests.village.batches import submit_batch

DIED = {"死亡日期": "2024-05-06"}


def test_what_is_not_sent_is_held_and_told_until_the_death_is_taken_back(load, refund, officers, client):
    actions.approve(refund.number, by=officers[0])
    correct(load, **DIED)
    assert deliveries.send(Delivery.objects.get().pk) is None
    assert Delivery.objects.get().sent_at is None
    assert "请撤回移交" in item().detail
    assert "死亡日期（2024-05-06）" in Message.objects.latest("pk").body
    client.force_login(refund.submitted_by)
    assert "死亡日期（2024-05-06）" in client.get(reverse("refunds:detail", args=[refund.number])).text
    correct(load, 死亡日期="")
    assert fresh(refund).corrected == ""
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_is_with_the_agency_is_offered_to_be_stopped_and_once_paid_somebody_asks_who_got_it(
    load, refund, officers, client
):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted"])
    correct(load, **DIED)
    client.force_login(officers[0])
    assert "请求停付" in client.get(reverse("review:item", args=[item().pk])).text
    desk.propose(item(), Proposal.STOP, by=officers[0])
    desk.withdraw_proposal(item(), by=officers[0])
    report(refund.number, events=["paid"])
    assert "由谁领取" in item().detail
    desk.settle_elsewhere(item(), by=officers[0], note="已核实，由其子领取")
    correct(load, 缴费金额="500.00", **DIED)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_who_was_known_to_have_died_when_it_was_passed_is_no_news(load, refund, officers):
    correct(load, **DIED)
    actions.approve(refund.number, by=officers[0])
    correct(load, 死亡日期="2024-05-07")
    assert fresh(refund).corrected == ""
    assert not WorkItem.objects.exists()


def test_a_load_that_ended_just_after_the_decision_is_noticed_before_the_first_byte_leaves(refund, officers):
    actions.approve(refund.number, by=officers[0])
    Person.objects.filter(pk=refund.applicant_id).update(deceased_on=date(2024, 5, 6))
    assert any("since 通过" in words for words in violations())
    assert deliveries.send(Delivery.objects.get().pk) is None
    assert "2024-05-06" in item().detail


def test_of_a_batch_only_those_are_told_who_died_since(load, officers):
    rows = [data.payment(n) for n in (N + 3, N + 103)]
    load({**rows[0], **DIED}, rows[1])
    clerk = UserFactory(clerk=True, organisation=payment(N + 3).organisation)
    batch = submit_batch(payment(N + 3).collective, clerk)
    actions.approve(batch.number, by=officers[0])
    load({**rows[0], **DIED}, {**rows[1], **DIED})
    assert fresh(batch).corrected == "通过之后报来 1 人的死亡日期"
    assert "请撤回移交" in item().detail
