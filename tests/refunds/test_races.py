"""Races on a real database, each with threads that start together. One wins, the others are told what happened.

`ROUNDS=200 pytest -n 0 tests/refunds/test_races.py tests/review/test_taking_races.py` runs two officers against each other that often.
"""

import uuid

import pytest
from django.db import connection

from handoff.models import Delivery
from pension import applications
from pension.models import PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pension.factories import ACCOUNT, PaymentFactory, account_of, submitted
from tests.races import ROUNDS, THREADS, race, race_without_locks, roomy_pool  # noqa: F401


def twenty_applications(user, payment, keys):
    account = account_of(user.person)
    return race(*(lambda key=key: applications.apply([payment], account=account, by=user, key=key) for key in keys))


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("roomy_pool")]


# I-44
def test_twenty_people_cannot_refund_one_payment_twice():
    cast = make_cast()
    payment = PaymentFactory(person=cast.resident.person)
    results = twenty_applications(cast.resident, payment, [uuid.uuid4() for _ in range(THREADS)])
    assert sum(isinstance(result, errors.AlreadyClaimed) for result in results) == THREADS - 1
    assert PensionRefund.objects.count() == 1


@pytest.mark.breaks_on_purpose
def test_the_same_race_without_the_constraint_does_refund_twice():
    cast = make_cast()
    payment = PaymentFactory(person=cast.resident.person)
    constraint = next(c for c in PensionRefundLine._meta.constraints if c.name == "one_live_refund_per_pension_payment")
    with connection.schema_editor() as editor:
        editor.remove_constraint(PensionRefundLine, constraint)
    try:
        twenty_applications(cast.resident, payment, [uuid.uuid4() for _ in range(THREADS)])
        assert PensionRefundLine.objects.filter(payment=payment, live=True).count() > 1
    finally:
        PensionRefundLine.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(PensionRefundLine, constraint)


def test_a_double_click_makes_one_application_and_shows_it_to_both():
    cast = make_cast()
    payment = PaymentFactory(person=cast.resident.person)
    results = twenty_applications(cast.resident, payment, [uuid.uuid4()] * THREADS)
    assert {refund.number for refunds in results for refund in refunds} == {PensionRefund.objects.get().number}


@pytest.mark.parametrize("_round", range(5))
def test_withdraw_against_approve_has_one_winner(_round):
    cast = make_cast()
    refund = submitted(cast.resident, office=cast.county)
    withdrawn, approved = race(
        lambda: actions.withdraw(refund.number, by=cast.resident),
        lambda: actions.approve(refund.number, by=cast.reviewer),
    )
    refund = PensionRefund.objects.get()
    if refund.refund_status == RefundStatus.APPROVED:
        assert isinstance(withdrawn, errors.NotWithdrawable)
        assert Delivery.objects.count() == 1
    else:
        assert isinstance(approved, errors.AlreadyDecided)
        assert Delivery.objects.count() == 0


def approve_against_reject(cast, race=race):
    """Of one fresh application: the results, and how it ended. Everybody has an account of her own: on one account they would
    add up to the limit."""
    resident = UserFactory(resident=True)
    refund = submitted(resident, office=cast.county, number=f"{ACCOUNT[:8]}{resident.pk:011d}")
    results = race(
        lambda: actions.approve(refund.number, by=cast.reviewer),
        lambda: actions.reject(refund.number, by=cast.colleague, reason=RejectReason.objects.first()),
    )
    return results, PensionRefund.objects.get(pk=refund.pk)


def test_approve_against_reject_has_one_winner_every_time():
    cast = make_cast()
    for _ in range(ROUNDS):
        results, refund = approve_against_reject(cast)
        assert sum(isinstance(result, errors.AlreadyDecided) for result in results) == 1
        approved = refund.refund_status == RefundStatus.APPROVED
        assert approved == (refund.decided_by_id == cast.reviewer.pk)
        assert Delivery.objects.filter(number=refund.number).count() == int(approved)


@pytest.mark.breaks_on_purpose
def test_approve_against_reject_without_the_lock_has_two_winners():
    """The twin: what one of them decided is lost, and the money of a refused application may leave."""
    results, refund = approve_against_reject(make_cast(), race_without_locks)
    assert not any(isinstance(result, errors.RefundError) for result in results)
    assert [result.refund_status for result in results] == [RefundStatus.APPROVED, RefundStatus.TAX_RETURNED]
    assert Delivery.objects.filter(number=refund.number).exists()
