"""Clerks, residents and officers at the same moment: exactly one wins, the others are told what happened."""

import uuid

import pytest
from django.db import connection

from handoff.models import Delivery
from pension import applications
from pension.models import PensionRefund, PensionRefundLine
from pension.village import batches, drafts
from refunds import actions, errors
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pension.factories import account_of
from tests.races import race
from tests.village.batches import seen, submit_batch, village_account
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene():
    cast = make_cast()
    cast.colleague_clerk = UserFactory(clerk=True, organisation=cast.clerk.organisation)
    yield cast
    connection.close_pool()


def submitting(village, clerk):
    """What pressing 确认并提交 does, for the state the check page showed."""
    shown = seen(village)
    account = village_account(village)
    return lambda: batches.submit(village, account=account, by=clerk, key=uuid.uuid4(), seen=shown)


def test_two_clerks_submit_the_same_draft_and_one_batch_comes_of_it(scene):
    village = make_village(scene.clerk, people=20)
    drafts.add(village, by=scene.clerk)
    results = race(submitting(village, scene.clerk), submitting(village, scene.colleague_clerk))
    assert sum(isinstance(result, batches.Changed) for result in results) == 1
    assert PensionRefund.objects.get().people_count == 20


def test_a_move_against_the_submission_never_submits_what_was_not_seen(scene):
    village = make_village(scene.clerk, people=20)
    drafts.add(village, by=scene.clerk, payments=list(village.payments.values_list("pk", flat=True)[:10]))
    submitted, _moved = race(submitting(village, scene.clerk), lambda: drafts.add(village, by=scene.colleague_clerk))
    if isinstance(submitted, batches.Changed):
        assert drafts.chosen(drafts.of_payment(village)).people == 20
    else:
        assert submitted.people_count == 10
        assert drafts.chosen(drafts.of_payment(village)).people == 10


@pytest.mark.parametrize("_round", range(4))
def test_a_resident_against_the_village_over_one_payment(scene, _round):
    village = make_village(scene.clerk, people=5)
    drafts.add(village, by=scene.clerk)
    payment = village.payments.first()
    member = UserFactory(person=payment.person)
    account = account_of(member.person)
    of_village, of_member = race(
        submitting(village, scene.clerk),
        lambda: applications.apply([payment], account=account, by=member, key=uuid.uuid4()),
    )
    told = [result for result in (of_village, of_member) if isinstance(result, errors.AlreadyClaimed)]
    assert len(told) == 1
    assert PensionRefundLine.objects.filter(payment=payment, live=True).count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_withdrawing_a_batch_against_its_approval(scene, _round):
    refund = submit_batch(make_village(scene.clerk, people=20), scene.clerk)
    race(
        lambda: actions.withdraw(refund.number, by=scene.clerk),
        lambda: actions.approve(refund.number, by=scene.reviewer),
    )
    approved = PensionRefund.objects.get().refund_status == RefundStatus.APPROVED
    assert Delivery.objects.count() == int(approved)
    assert PensionRefundLine.objects.filter(live=True).count() == (20 if approved else 0)
