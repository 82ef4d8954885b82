"""Every declared transition is walked, and no other combination of states can be stored."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import ALLOWED, RefundStatus, ReviewResult, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.pension.factories import account_of, submitted
from tests.refunds.walking import declared, walked
from tests.reports import report

OTHER_ACCOUNT = "6228480402564890026"


@pytest.mark.django_db
def test_every_declared_transition_is_walked_by_an_action(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    reason = RejectReason.objects.first()

    def fresh(**kwargs):
        return submitted(UserFactory(), office=cast.county, **kwargs)

    def approved():
        return actions.approve(fresh().number, by=cast.reviewer)

    with walked(PensionRefund) as names:
        refund = fresh()
        assert (refund.refund_status, refund.review_status) == (RefundStatus.APPLIED, ReviewStatus.PENDING)
        actions.withdraw(refund.number, by=refund.submitted_by)

        rejected = fresh()
        actions.reject(rejected.number, by=cast.reviewer, reason=reason, remark="")
        actions.undo(rejected.number, by=cast.reviewer)

        # An account of its own: what goes to one account counts together.
        big = fresh(amount="10000.01", number="6228480402564890026")
        actions.approve(big.number, by=cast.reviewer)
        actions.undo(big.number, by=cast.reviewer)
        actions.approve(big.number, by=cast.reviewer)
        actions.send_back(big.number, by=cast.countersigner, remark="再核")
        actions.approve(big.number, by=cast.reviewer)
        actions.countersign(big.number, by=cast.countersigner)

        report(approved().number, events=["refused"])
        report(approved().number, events=["bounced"])

        paid = approved()
        report(paid.number, events=["accepted", "paid", "bounced", "paid", "bounced"], steps="in_order")
        actions.correct_account(
            paid.number, by=paid.submitted_by, account=account_of(paid.submitted_by.person, OTHER_ACCOUNT)
        )
        report(paid.number, events=["paid"])

        with transaction.atomic():
            stopped = actions.locked(approved().number)
            actions.stop(stopped, by=cast.reviewer, why=actions.STOPPED)
            actions.dispute(stopped, by="hrss")
            actions.settle(stopped, actions.Found(RefundStatus.PAYING), by=cast.colleague)
            actions.set_apart(actions.locked(approved().number), by=cast.colleague)
            actions.give_way(actions.locked(approved().number), by=cast.colleague, why=actions.SUPERSEDED)
            undone = actions.locked(actions.undo(approved().number, by=cast.reviewer).number)
            actions.dispute(undone, by="hrss")
            found = actions.Found(RefundStatus.REFUNDED, on=timezone.localdate(), attempt=1)
            actions.settle(undone, found, by=cast.countersigner, proposed_by=cast.colleague)
            transaction.set_rollback(True)  # its delivery did not follow

    assert names == declared(PensionRefund)


@pytest.mark.django_db
def test_the_database_refuses_every_other_combination_of_states(cast):
    refund = submitted(cast.resident, office=cast.county)
    allowed = {(str(r), str(v), str(w)) for r, v, w in ALLOWED}
    for r in RefundStatus:
        for v in ReviewStatus:
            for w in ReviewResult:
                if (str(r), str(v), str(w)) in allowed:
                    continue
                with pytest.raises(IntegrityError), transaction.atomic():
                    PensionRefund.objects.filter(pk=refund.pk).update(
                        refund_status=r, review_status=v, review_result=w, reject_reason=None
                    )


@pytest.mark.django_db
def test_a_state_cannot_be_assigned_past_its_machine(cast):
    refund = submitted(cast.resident, office=cast.county)
    with pytest.raises(AttributeError):
        refund.refund_status = RefundStatus.REFUNDED


# P1-08, P3-20
@pytest.mark.django_db
def test_decided_applications_cannot_be_withdrawn(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    with pytest.raises(errors.NotWithdrawable):
        actions.withdraw(refund.number, by=cast.resident)


@pytest.mark.django_db
def test_a_second_decision_meets_the_first(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    with pytest.raises(errors.AlreadyDecided):
        actions.reject(refund.number, by=cast.colleague, reason=RejectReason.objects.first(), remark="")


@pytest.mark.django_db
def test_nobody_decides_on_their_own_application(cast):
    reviewer_as_resident = UserFactory(person=cast.reviewer.person)
    refund = submitted(reviewer_as_resident, office=cast.county)
    with pytest.raises(errors.NotAllowed):
        actions.approve(refund.number, by=cast.reviewer)
    actions.approve(refund.number, by=cast.colleague)


# O-02
@pytest.mark.django_db
def test_the_limit_is_passed_by_two_people(cast):
    refund = submitted(cast.resident, office=cast.county, amount="10000.01")
    actions.approve(refund.number, by=cast.reviewer)
    assert not Delivery.objects.exists()
    actions.countersign(refund.number, by=cast.countersigner)
    assert Delivery.objects.count() == 1


# O-01
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["auditor", "outsider", "resident", "clerk", "countersigner"])
def test_only_a_reviewer_of_the_office_decides(cast, who):
    refund = submitted(cast.resident, office=cast.county)
    with pytest.raises(errors.RefundError):
        actions.approve(refund.number, by=getattr(cast, who))


# O-03, P1-13, P2-11, I-44
@pytest.mark.django_db
def test_a_returned_payment_can_be_applied_for_again(cast):
    refund = submitted(cast.resident, office=cast.county)
    payment = refund.lines.get().payment
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark="")
    again = submitted(cast.resident, payment)
    assert again.number != refund.number
    with pytest.raises(errors.AlreadyClaimed):
        submitted(cast.resident, payment)
