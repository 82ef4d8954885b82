"""Two officers at the same moment, on a real database: never the same case for both, and one winner."""

import time
from threading import Event

import pytest
from django.db import connection

from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import ReviewStatus
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pension.factories import submitted
from tests.races import ROUNDS, race, race_without_locks, roomy_pool  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("roomy_pool")]


def officers(cast, count):
    return [UserFactory(reviewer=True, office=cast.county) for _ in range(count)]


def test_eight_officers_take_eight_cases_and_nobody_the_same():
    cast = make_cast()
    for _ in range(8):
        submitted(UserFactory(resident=True), office=cast.county)
    taken = race(*(lambda by=by: actions.take_next(by=by) for by in officers(cast, 8)))
    assert len({refund.pk for refund in taken if refund}) == 8


def test_who_looked_before_a_colleague_took_it_and_locks_after_gets_another():
    """What is read stands still while the colleague takes the case: the look pauses in the middle of its statement."""
    cast = make_cast()
    for _ in range(2):
        submitted(UserFactory(resident=True), office=cast.county)
    looking, waited = Event(), []

    def slowly(execute, sql, params, many, context):
        if "SKIP LOCKED" in sql and not waited:
            waited.append(sql)
            sql = sql.replace(" WHERE ", " WHERE (SELECT pg_sleep(1)) IS NOT NULL AND ", 1)
            looking.set()
        return execute(sql, params, many, context)

    def late():
        with connection.execute_wrapper(slowly):
            return actions.take_next(by=cast.reviewer)

    def quick():
        assert looking.wait(timeout=30)
        time.sleep(0.3)
        return actions.take_next(by=cast.colleague)

    results = race(late, quick)
    assert len({refund.pk for refund in results}) == 2


def take_against_take(cast, refund, race=race):
    results = race(*(lambda by=by: actions.take(refund.number, by=by) for by in (cast.reviewer, cast.colleague)))
    return results, PensionRefund.objects.get(pk=refund.pk).taken_by_id


def test_take_against_take_has_one_winner_every_time():
    cast = make_cast()
    refund = submitted(UserFactory(resident=True), office=cast.county)
    for _ in range(ROUNDS):
        results, holder = take_against_take(cast, refund)
        assert sum(isinstance(result, errors.Taken) for result in results) == 1
        assert [result.taken_by_id for result in results if not isinstance(result, errors.Taken)] == [holder]
        PensionRefund.objects.update(taken_by=None, taken_until=None)


def test_take_against_take_without_the_lock_has_two_winners():
    """The twin."""
    cast = make_cast()
    refund = submitted(UserFactory(resident=True), office=cast.county)
    results, _holder = take_against_take(cast, refund, race_without_locks)
    assert {result.taken_by_id for result in results} == {cast.reviewer.pk, cast.colleague.pk}


def test_the_next_case_without_the_lock_is_given_to_both():
    """The twin of the eight."""
    cast = make_cast()
    for _ in range(2):
        submitted(UserFactory(resident=True), office=cast.county)
    both = race_without_locks(*(lambda by=by: actions.take_next(by=by) for by in (cast.reviewer, cast.colleague)))
    assert len({refund.pk for refund in both}) == 1


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
