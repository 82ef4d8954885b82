"""The limit of the countersigner counts together what one person, or one account, asked for and was not paid (O-02)."""

import pytest

from pension.models import PensionRefund
from refunds import actions
from refunds.actions import limits
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pension.factories import submitted
from tests.races import race, roomy_pool
from tests.reports import report

__all__ = ["roomy_pool"]
ANOTHER = "6228480402564890026"


def passed(refund, cast):
    return actions.approve(refund.number, by=cast.reviewer).refund_status == RefundStatus.APPROVED


@pytest.mark.django_db
def test_applications_of_one_person_count_together_whatever_the_account(cast):
    one = submitted(cast.resident, office=cast.county, amount="6000")
    two = submitted(cast.resident, office=cast.county, amount="4000.01", year=2018, number=ANOTHER)
    assert [passed(one, cast), passed(two, cast)] == [False, False]


@pytest.mark.django_db
def test_up_to_the_limit_one_officer_is_enough(cast):
    one = submitted(cast.resident, office=cast.county, amount="6000")
    two = submitted(cast.resident, office=cast.county, amount="4000", year=2018, number=ANOTHER)
    assert [passed(one, cast), passed(two, cast)] == [True, True]


@pytest.mark.django_db
def test_two_people_with_one_account_count_together(cast):
    refunds = [submitted(UserFactory(), office=cast.county, amount="6000") for _ in range(2)]
    assert [passed(refund, cast) for refund in refunds] == [False, False]


@pytest.mark.django_db
def test_what_was_passed_counts_until_it_is_paid(cast):
    one = submitted(cast.resident, office=cast.county, amount="6000")
    assert passed(one, cast)
    two = submitted(cast.resident, office=cast.county, amount="6000", year=2018)
    assert not passed(two, cast)
    report(one.number, events=["paid"])
    three = submitted(cast.resident, office=cast.county, amount="4000", year=2017)
    assert passed(three, cast)


@pytest.mark.django_db
def test_what_was_refused_or_taken_back_does_not_count(cast):
    one, two, three = (
        submitted(cast.resident, office=cast.county, amount="6000", year=year) for year in (2017, 2018, 2019)
    )
    actions.reject(one.number, by=cast.reviewer, reason=RejectReason.objects.first())
    actions.withdraw(two.number, by=cast.resident)
    assert passed(three, cast)


@pytest.mark.django_db
def test_in_a_list_each_counts_with_all_of_its_payee(cast):
    amounts = {"6000": ANOTHER, "4000": ANOTHER, "1000": ANOTHER, "9999": "6228480402564890018"}
    users = [cast.resident, cast.resident, cast.resident, cast.stranger]
    refunds = [
        submitted(user, office=cast.county, amount=amount, year=2010 + year, number=number)
        for year, (user, (amount, number)) in enumerate(zip(users, amounts.items(), strict=True))
    ]
    refunds = [PensionRefund.objects.get(pk=refund.pk) for refund in refunds]
    assert limits.exceeding(refunds) == {refund.pk for refund in refunds[:3]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("roomy_pool")
def test_twenty_officers_at_once_pass_nothing_that_exceeds_it_together():
    cast = make_cast()
    officers = [UserFactory(reviewer=True, office=cast.county) for _ in range(20)]
    refunds = [submitted(UserFactory(), office=cast.county, amount="2000") for _ in officers]
    race(
        *(
            lambda refund=refund, by=by: actions.approve(refund.number, by=by)
            for refund, by in zip(refunds, officers, strict=True)
        )
    )
    assert set(PensionRefund.objects.values_list("review_status", flat=True)) == {ReviewStatus.COUNTERSIGN}
