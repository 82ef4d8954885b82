"""Whoever applied is told of each change: in its transaction, once, and in words that say what to do."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from handoff import deliveries
from handoff.models import Callback, Delivery
from handoff.wire.client import Answer
from inbox import sentences, telling
from inbox.kinds import LABELS, OF_DRAFTS, UNTOLD
from inbox.models import Message, Wording
from inbox.wording import current
from inbox.wording.placeholders import Facts
from pension.village import drafts
from refunds import actions, errors, schemes
from refunds.history import acting
from refunds.models import RejectReason
from refunds.way import steps as timeline
from tests.house import brought
from tests.house.canaries import canary, flock, found
from tests.inbox.reading import kinds, told
from tests.pension.factories import account_of, submitted
from tests.reports import has_left, report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


@pytest.fixture
def batch(cast):
    return submit_batch(make_village(cast.clerk, people=4), cast.clerk)


@pytest.mark.parametrize("scheme", schemes.every(), ids=lambda scheme: scheme.code)
def test_a_person_is_told_of_each_step_to_the_money(cast, scheme):
    refund = brought.of(scheme, "factories").submitted(cast.resident, office=cast.county)
    assert kinds(refund) == ["submit"]
    actions.approve(refund.number, by=cast.reviewer)
    assert kinds(refund) == ["submit", "approve"]
    report(refund.number, events=["accepted"])
    assert kinds(refund) == ["submit", "approve", "accept"]
    report(refund.number, events=["paid"])
    assert kinds(refund) == ["submit", "approve", "accept", "pay"]
    refund.refresh_from_db()
    pay = told(refund, "pay")
    assert pay.title == f"{scheme.label}退费 {refund.amount:,.2f} 元：退费成功"
    assert f"银行退付日期 {refund.refunded_on}" in pay.body
    assert set(Message.objects.values_list("person", "organisation")) == {(cast.resident.person_id, None)}


def test_what_the_bank_could_not_pay_says_that_the_account_is_to_be_corrected(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["bounced"])
    assert "请更正账户" in told(refund, "bounce").title
    assert "不用重新申请" in told(refund, "bounce").body
    actions.correct_account(refund.number, by=cast.resident, account=account_of(cast.resident.person), mended=True)
    report(refund.number, events=["bounced"])
    assert kinds(refund) == ["submit", "approve", "accept", "bounce", "correct_account", "accept", "bounce"]


def test_a_rejection_says_its_reason_and_the_next_step(cast, refund):
    reason = RejectReason.objects.get(code="proof")
    actions.reject(refund.number, by=cast.reviewer, reason=reason, remark="缺少户口簿")
    body = told(refund, "reject").body
    assert reason.label in body
    assert reason.next_step in body
    assert "户口簿" not in body, "an officer's own words stand on the page of the application"


def test_a_withdrawal_and_a_refusal_are_told(cast, refund):
    actions.withdraw(refund.number, by=cast.resident)
    assert kinds(refund) == ["submit", "withdraw"]
    other = submitted(cast.resident, office=cast.county)
    actions.approve(other.number, by=cast.reviewer)
    report(other.number, events=["refused"])
    assert kinds(other) == ["submit", "approve", "refuse"]
    assert "人社退回" in told(other, "refuse").title
    assert "拨打 12333" in told(other, "refuse").body


def test_what_happens_between_officers_is_told_to_nobody(cast, refund, settings):
    settings.COUNTERSIGN_LIMIT = "0.01"
    actions.approve(refund.number, by=cast.reviewer)
    actions.send_back(refund.number, by=cast.countersigner, remark="再核")
    actions.approve(refund.number, by=cast.reviewer)
    assert kinds(refund) == ["submit"]
    actions.countersign(refund.number, by=cast.countersigner)
    assert kinds(refund) == ["submit", "countersign"]


def test_a_receipt_of_the_agency_is_not_told(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    delivery = Delivery.objects.get(number=refund.number)
    deliveries._record(delivery, Answer("已接收", receipt="R-1"))
    refund.refresh_from_db()
    assert refund.refund_status == "agency_processing"
    assert kinds(refund) == ["submit", "approve"]


def test_a_batch_is_told_to_its_village_with_those_who_went_another_way(cast, batch):
    left_out, returned = batch.lines.order_by("pk")[:2]
    reason = RejectReason.objects.get(code="other")
    actions.leave_out(batch.number, by=cast.reviewer, lines=[left_out.pk], reason=reason)
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["paid"], returned={returned.payment.ticket_number: "已注销参保"})
    assert kinds(batch) == ["submit", "approve", "accept", "pay"]
    assert "其中 1 人不通过" in told(batch, "approve").body
    assert "其中 1 人被人社退回" in told(batch, "pay").body
    assert told(batch, "submit").title == "城乡居民养老保险退费 800.00 元：已提交，等待税务审核"
    assert told(batch, "approve").title.startswith("城乡居民养老保险退费 600.00 元")
    owners = set(Message.objects.values_list("person", "organisation"))
    assert owners == {(None, cast.clerk.organisation_id)}


def test_a_draft_is_no_news(cast):
    drafts.add(make_village(cast.clerk, people=3), by=cast.clerk)
    assert not Message.objects.exists()


def test_what_is_rolled_back_was_never_said(cast, refund):
    with transaction.atomic():
        actions.approve(refund.number, by=cast.reviewer)
        assert kinds(refund) == ["submit", "approve"]
        transaction.set_rollback(True)
    assert kinds(refund) == ["submit"]


def test_a_refused_action_says_nothing(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    with pytest.raises(errors.AlreadyDecided):
        actions.approve(refund.number, by=cast.colleague)
    with pytest.raises(errors.NotWithdrawable):
        actions.withdraw(refund.number, by=cast.resident)
    assert kinds(refund) == ["submit", "approve"]


def test_a_message_that_cannot_be_written_undoes_the_change(cast, refund, monkeypatch):
    monkeypatch.setattr(current, "of", lambda kind: Wording(kind=kind, title="长" * 201))
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        actions.approve(refund.number, by=cast.reviewer)
    refund.refresh_from_db()
    assert refund.refund_status == "applied"
    assert not Delivery.objects.exists()


def test_the_same_report_twice_is_one_message(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid", "paid", "accepted", "paid"])
    callback = Callback.objects.latest("pk")
    deliveries.apply(callback.pk)
    callback.applied_at = None
    callback.save()
    deliveries.apply(callback.pk)
    assert kinds(refund) == ["submit", "approve", "accept", "pay"]


def test_saying_it_again_adds_nothing(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    before = list(Message.objects.values_list())
    refund.refresh_from_db()
    telling.tell(type(refund), refunds=[refund], action="approve")
    assert list(Message.objects.values_list()) == before


def test_a_change_that_the_history_does_not_know_cannot_be_told(cast, refund):
    with pytest.raises(IntegrityError), transaction.atomic():
        telling.tell(type(refund), refunds=[refund], action="pay")
    assert kinds(refund) == ["submit"]


def test_the_database_keeps_one_owner_and_one_message_of_a_change(cast, refund):
    told_once = told(refund, "submit")
    for changed in ({"organisation": cast.clerk.organisation, "event": 0}, {"person": None, "event": 0}, {}):
        again = Message.objects.get(pk=told_once.pk)
        again.pk = None
        for name, value in changed.items():
            setattr(again, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()


def silent() -> set[str]:
    """The actions that applicants would never hear of, and that nobody said so of."""
    return set(timeline.TITLES) - set(current.everything()) - UNTOLD


def test_every_action_has_its_words_or_is_left_untold_on_purpose():
    assert silent() == set()
    assert set(current.everything()) == set(LABELS)
    assert not set(LABELS) & UNTOLD
    assert timeline.INTERNAL <= UNTOLD


def test_an_action_that_nobody_found_words_for_would_be_seen(cast, refund, monkeypatch):
    """The twin; and it does not pass in silence when it happens."""
    monkeypatch.setitem(timeline.TITLES, "forget", "忘记")
    assert silent() == {"forget"}
    with pytest.raises(KeyError), acting("forget", by=cast.reviewer):
        telling.tell(type(refund), refunds=[refund], action="forget")


def test_every_sentence_can_be_said_of_every_kind_of_application(cast, batch, refund):
    """Those too whose action does not exist yet; and no SMS says a name, an amount or a whole number."""
    for application in (refund, batch):
        application.refresh_from_db()
        application.reject_reason = RejectReason.objects.get(code="not_paid_twice")
        for kind in set(LABELS) - {"answer", *OF_DRAFTS}:
            said = sentences.of(kind, Facts(refund=application, amount=application.amount))
            assert said.title.startswith(f"{application.scheme.label}退费 "), kind
            assert said.body.endswith("。"), kind
            assert "{" not in said.title + said.body + said.sms, kind
            assert not any(word in said.sms for word in (application.number, f"{application.amount:,.2f}")), kind
            assert len(said.sms) <= 140, kind


def test_no_message_holds_a_number_of_anybody(cast, settings):
    settings.AGENCIES = {code: {**entry, "url": "http://127.0.0.1:9"} for code, entry in settings.AGENCIES.items()}
    birds = flock(cast)
    everything = "\n".join(str(row) for row in Message.objects.values_list("title", "body", "kind", "number"))
    secrets = [secret for bird in birds.values() for secret in [*bird.secrets, *bird.masks]]
    assert found(everything, secrets) == []
    assert "****" not in everything
    assert all(refund.number in everything for bird in birds.values() for refund in bird.refunds.values())


def test_a_number_in_the_words_of_others_is_not_passed_on(cast):
    """What an officer or the agency wrote stays on the page of the application."""
    bird = canary(1)
    refund = submitted(bird.user, office=cast.county, number=bird.account)
    other = submitted(bird.user, office=cast.county, number=bird.account)
    said = f"账号 {bird.account} 不对"
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark=said)
    actions.approve(other.number, by=cast.reviewer)
    has_left(other.instruction_id)
    moment = {"occurred_at": timezone.now(), "message_id": "m-1", "sequence": 1, "amount": other.amount}
    bounce = Callback.objects.create(
        agency="hrss", instruction_id=other.instruction_id, event="bounced", reason=said, **moment
    )
    deliveries.apply(bounce.pk)
    assert kinds(other)[-1] == "bounce"
    everything = "".join(str(row) for row in Message.objects.values_list())
    assert found(everything, bird.secrets) == []
