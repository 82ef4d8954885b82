"""The limit of the countersigner counts together what one person, or one account, was passed and not paid (O-02)."""

from threading import Event

import pytest
from django.db import connection, transaction

from pension.models import PensionRefund
from refunds import actions
from refunds.actions import limits
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pension.factories import submitted
from tests.races import race, roomy_pool

__all__ = ["roomy_pool"]
ANOTHER = "6228480402564890026"


def passed(refund, cast):
    return actions.approve(refund.number, by=cast.reviewer).refund_status == RefundStatus.APPROVED


@pytest.mark.django_db
def test_two_applications_of_one_person_count_together_whatever_the_account(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    one = submitted(cast.resident, office=cast.county, amount="6000")
    two = submitted(cast.resident, office=cast.county, amount="4000.01", year=2018, number=ANOTHER)
    three = submitted(cast.resident, office=cast.county, amount="4000", year=2017, number=ANOTHER)
    assert [passed(one, cast), passed(two, cast)] == [True, False]
    actions.undo(two.number, by=cast.reviewer)
    assert passed(three, cast)


@pytest.mark.django_db
def test_two_people_with_one_account_count_together(cast):
    refunds = [submitted(UserFactory(), office=cast.county, amount="6000") for _ in range(2)]
    assert [passed(refund, cast) for refund in refunds] == [True, False]


@pytest.mark.django_db
def test_what_was_refused_taken_back_or_is_only_applied_for_does_not_count(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    one, two, three = (
        submitted(cast.resident, office=cast.county, amount="6000", year=year) for year in (2017, 2018, 2019)
    )
    actions.reject(one.number, by=cast.reviewer, reason=RejectReason.objects.first())
    assert passed(two, cast)
    actions.undo(two.number, by=cast.reviewer)
    assert passed(three, cast)


@pytest.mark.django_db
def test_in_a_list_each_counts_with_those_before_it(cast):
    amounts = {"6000": ANOTHER, "4000": ANOTHER, "1000": ANOTHER, "9999": "6228480402564890018"}
    users = [cast.resident, cast.resident, cast.resident, cast.stranger]
    refunds = [
        submitted(user, office=cast.county, amount=amount, year=2010 + year, number=number)
        for year, (user, (amount, number)) in enumerate(zip(users, amounts.items(), strict=True))
    ]
    refunds = [PensionRefund.objects.get(pk=refund.pk) for refund in refunds]
    assert limits.exceeding(refunds) == {refunds[2].pk}


def until_somebody_waits_or(done):
    for _round in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone() or done.wait(timeout=0.05):
                return


def both_at_once(cast):
    """Two officers pass 6,000 to one account: the second begins while the first has decided and not committed."""
    refunds = [submitted(UserFactory(), office=cast.county, amount="6000") for _ in range(2)]
    decided, done = Event(), Event()

    def first():
        with transaction.atomic():
            actions.approve(refunds[0].number, by=cast.reviewer)
            decided.set()
            until_somebody_waits_or(done)

    def second():
        assert decided.wait(timeout=30)
        actions.approve(refunds[1].number, by=cast.colleague)
        done.set()

    race(first, second)
    return sorted(PensionRefund.objects.values_list("review_status", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("roomy_pool")
def test_two_officers_at_once_cannot_split_it():
    assert both_at_once(make_cast()) == [ReviewStatus.COMPLETED, ReviewStatus.COUNTERSIGN]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("roomy_pool")
def test_twenty_officers_at_once_pass_no_more_than_the_limit():
    cast = make_cast()
    officers = [UserFactory(reviewer=True, office=cast.county) for _ in range(20)]
    refunds = [submitted(UserFactory(), office=cast.county, amount="2000") for _ in officers]
    race(
        *(
            lambda refund=refund, by=by: actions.approve(refund.number, by=by)
            for refund, by in zip(refunds, officers, strict=True)
        )
    )
    assert PensionRefund.objects.filter(refund_status=RefundStatus.APPROVED).count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("roomy_pool")
def test_without_the_lock_they_would(monkeypatch):
    """The twin."""
    monkeypatch.setattr(limits, "_wait_for", lambda keys: None)
    assert both_at_once(make_cast()) == [ReviewStatus.COMPLETED, ReviewStatus.COMPLETED]
