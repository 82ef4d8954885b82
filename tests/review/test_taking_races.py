"""Two officers at the same moment, on a real database: never the same case for both, and one winner."""

import pytest
from django.db import connection

from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import ReviewStatus
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pension.factories import submitted
from tests.refunds.test_races import race, roomy_pool  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("roomy_pool")]
ROUNDS = 10


def officers(cast, count):
    return [UserFactory(reviewer=True, office=cast.county) for _ in range(count)]


def test_eight_officers_take_eight_cases_and_nobody_the_same():
    cast = make_cast()
    for _ in range(8):
        submitted(UserFactory(resident=True), office=cast.county)
    taken = race(*(lambda by=by: actions.take_next(by=by) for by in officers(cast, 8)))
    assert len({refund.pk for refund in taken if refund}) == 8


def test_take_against_take_has_one_winner_every_time():
    cast = make_cast()
    refund = submitted(UserFactory(resident=True), office=cast.county)
    for _ in range(ROUNDS):
        results = race(*(lambda by=by: actions.take(refund.number, by=by) for by in (cast.reviewer, cast.colleague)))
        assert sum(isinstance(result, errors.Taken) for result in results) == 1
        PensionRefund.objects.update(taken_by=None, taken_until=None)


@pytest.mark.breaks_on_purpose
def test_the_same_race_without_the_lock_has_two_winners(monkeypatch):
    monkeypatch.setattr("refunds.actions.taking.locked", lambda number, by: PensionRefund.objects.get(number=number))
    monkeypatch.setattr(
        "refunds.actions.taking._may_decide", lambda refund, user: connection.cursor().execute("SELECT pg_sleep(0.2)")
    )
    cast = make_cast()
    refund = submitted(UserFactory(resident=True), office=cast.county)
    results = race(*(lambda by=by: actions.take(refund.number, by=by) for by in (cast.reviewer, cast.colleague)))
    assert not any(isinstance(result, errors.Taken) for result in results)


def test_many_at_once_against_one_alone_decides_each_once():
    cast = make_cast()
    for _ in range(3):
        rows = [submitted(UserFactory(resident=True), office=cast.county) for _ in range(4)]
        numbers = [refund.number for refund in rows]
        race(
            lambda numbers=numbers: actions.approve_all(numbers, by=cast.reviewer, objections=lambda found: {}),
            lambda number=numbers[2]: actions.approve(number, by=cast.colleague),
            lambda row=rows[1]: actions.withdraw(row.number, by=row.submitted_by),
        )
        stored = PensionRefund.objects.filter(number__in=numbers)
        assert not stored.filter(review_status=ReviewStatus.PENDING).exists()
        assert all(refund.events.filter(refund_status="approved").count() <= 1 for refund in stored)
