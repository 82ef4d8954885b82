"""Races on a real database, each with threads that start together. One wins, the others are told what happened."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from handoff.models import Delivery
from pension import applications
from pension.models import PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.conftest import make_cast
from tests.pension.factories import PaymentFactory, account_of, submitted

THREADS = 20


def race(*calls):
    """Run the calls at the same moment, each on its own connection; the results, with refusals as values."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=30)
            return call()
        except errors.RefundError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def twenty_applications(user, payment, keys):
    account = account_of(user.person)
    return race(*(lambda key=key: applications.apply([payment], account=account, by=user, key=key) for key in keys))


@pytest.fixture
def roomy_pool(settings):
    """As many connections as threads: the race is in the database, not at its door."""
    settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = THREADS + 5
    connection.close_pool()
    yield
    connection.close_pool()


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


@pytest.mark.parametrize("_round", range(5))
def test_two_officers_at_once_have_one_winner(_round):
    cast = make_cast()
    refund = submitted(cast.resident, office=cast.county)
    results = race(
        lambda: actions.approve(refund.number, by=cast.reviewer),
        lambda: actions.reject(refund.number, by=cast.colleague, reason=RejectReason.objects.first(), remark=""),
    )
    assert sum(isinstance(result, errors.AlreadyDecided) for result in results) == 1
    approved = PensionRefund.objects.get().refund_status == RefundStatus.APPROVED
    assert Delivery.objects.count() == int(approved)
