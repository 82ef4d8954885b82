"""The numbers stay right while many people work at once, and nobody waits for anybody because of them (I13).

`STEPS=2000 pytest tests/refunds/test_tally_races.py` takes a long walk; a walk that fails says its seed.
"""

import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from accounts.models import User
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason, Tally
from refunds.states import RefundStatus, ReviewStatus
from refunds.tallies.folding import fold
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.invariants import violations
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db(transaction=True)
STEPS, SEED, WALKERS = int(os.environ.get("STEPS", "60")), int(os.environ.get("SEED", "1")), 4


class Nothing(Exception):
    """There is no such application just now."""


def one_of(chance, **states):
    """Any application in those states. Raises Nothing."""
    found = list(PensionRefund.objects.filter(**states).order_by("number"))
    if not found:
        raise Nothing
    return chance.choice(found)


def step(chance, cast) -> None:
    """Anything that may happen to an application, or to many of them."""
    pending, decided = {"review_status": ReviewStatus.PENDING}, {"review_status": ReviewStatus.COMPLETED}
    verbs = {
        "submit": lambda: submitted(
            UserFactory(resident=True), office=cast.county, amount=chance.choice(["90", "10001"])
        ),
        "approve": lambda: actions.approve(one_of(chance, **pending).number, by=cast.reviewer),
        "reject": lambda: actions.reject(
            one_of(chance, **pending).number, by=cast.colleague, reason=RejectReason.objects.first()
        ),
        "withdraw": lambda: _withdraw(one_of(chance, **pending)),
        "countersign": lambda: actions.countersign(
            one_of(chance, review_status=ReviewStatus.COUNTERSIGN).number, by=cast.countersigner
        ),
        "undo": lambda: _undo(one_of(chance, **decided)),
        "pay": lambda: report(one_of(chance, refund_status=RefundStatus.APPROVED).number, events=["accepted", "paid"]),
        "bounce": lambda: report(one_of(chance, refund_status=RefundStatus.APPROVED).number, events=["bounced"]),
        "mark": lambda: PensionRefund.objects.filter(**pending).update(marks=["again"], warnings=F("warnings") + 1),
        "take": lambda: PensionRefund.objects.filter(**pending).update(taken_by=chance.choice([None, cast.reviewer])),
        "fold": fold,
    }
    verbs[chance.choice([*verbs, "submit", "approve"])]()


def _withdraw(refund):
    actions.withdraw(refund.number, by=refund.submitted_by)


def _undo(refund):
    actions.undo(refund.number, by=User.objects.get(pk=refund.decided_by_id))


def walk(seed, cast, steps) -> None:
    """Steps of one person, as chance has it. What a rival was faster at, or what there is nothing of, is no step."""
    chance = random.Random(seed)
    try:
        for _ in range(steps):
            try:
                step(chance, cast)
            except (errors.RefundError, Nothing, OperationalError):
                continue
    finally:
        connection.close()


def test_after_any_walk_of_several_people_the_numbers_are_those_of_the_applications(settings):
    settings.DECISION_GRACE_SECONDS = 600
    cast = make_cast()
    with ThreadPoolExecutor(WALKERS) as pool:
        list(pool.map(lambda n: walk(SEED * 100 + n, cast, STEPS // WALKERS), range(WALKERS)))
    assert violations() == [], f"SEED={SEED} STEPS={STEPS}"
    assert Tally.objects.filter(measure="received").exists()
    fold()
    assert violations() == []
    assert not Tally.objects.filter(folded=False).exists()


def elsewhere(call):
    """On a connection of its own, which gives up at once where it would have to wait."""

    def run():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def test_two_officers_of_one_office_decide_at_once_and_neither_waits():
    cast = make_cast()
    # What goes to one account counts together, and waits for each other.
    accounts = ("6228480402564890018", "95599000000000088")
    one, two = (submitted(UserFactory(resident=True), office=cast.county, number=number) for number in accounts)
    fold()
    with transaction.atomic():
        actions.approve(one.number, by=cast.reviewer)
        elsewhere(lambda: actions.approve(two.number, by=cast.colleague))
    assert set(PensionRefund.objects.values_list("refund_status", flat=True)) == {RefundStatus.APPROVED}


def test_a_counter_that_is_updated_would_make_the_second_wait():
    """The twin."""
    cast = make_cast()
    submitted(UserFactory(resident=True), office=cast.county)
    fold()
    with transaction.atomic():
        Tally.objects.update(number=F("number") + 1)
        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere(lambda: Tally.objects.update(number=F("number") + 1))
        transaction.set_rollback(True)


def test_folding_twice_at_once_loses_nothing_and_counts_nothing_twice():
    cast = make_cast()
    for _ in range(3):
        submitted(UserFactory(resident=True), office=cast.county)
    with transaction.atomic():
        fold()
        submitted(UserFactory(resident=True), office=cast.county)
        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere(fold)
    fold()
    assert list(Tally.objects.filter(measure="received").values_list("number", flat=True)) == [4]
    assert violations() == []
