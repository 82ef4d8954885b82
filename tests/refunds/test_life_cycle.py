"""Every declared transition is walked, and no other combination of states can be stored."""

import pytest
from django.db import IntegrityError, transaction

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import ALLOWED, RefundStatus, ReviewResult, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.pension.factories import account_of, submitted
from tests.reports import report

WALKED = set()


def declared() -> set[tuple[str, str, str]]:
    """(field, source, target) of every transition of the two machines."""
    found = set()
    for name in ("refund_status", "review_status"):
        for transition in PensionRefund._meta.get_field(name).get_all_transitions(PensionRefund):
            found.add((name, str(transition.source), str(transition.target)))
    return found


def walk(refund, change, **kwargs):
    """Call an action and note which edges it took."""
    before = PensionRefund.objects.get(pk=refund.pk)
    change(refund.number, **kwargs)
    after = PensionRefund.objects.get(pk=refund.pk)
    for name in ("refund_status", "review_status"):
        edge = (name, str(getattr(before, name)), str(getattr(after, name)))
        if edge[1] != edge[2]:
            WALKED.add(edge)
    return after


@pytest.mark.django_db
def test_every_declared_transition_is_walked_by_an_action(cast):
    WALKED.update({("refund_status", "not_applied", "applied"), ("review_status", "draft", "pending")})
    reason = RejectReason.objects.first()

    def fresh(**kwargs):
        return submitted(UserFactory(), office=cast.county, **kwargs)

    refund = fresh()
    assert (refund.refund_status, refund.review_status) == (RefundStatus.APPLIED, ReviewStatus.PENDING)
    walk(refund, actions.withdraw, by=refund.submitted_by)

    walk(fresh(), actions.reject, by=cast.reviewer, reason=reason, remark="")

    big = fresh(amount="10000.01")
    walk(big, actions.approve, by=cast.reviewer)
    walk(big, actions.send_back, by=cast.countersigner, remark="再核")
    walk(big, actions.approve, by=cast.reviewer)
    walk(big, actions.countersign, by=cast.countersigner)

    refused = walk(fresh(), actions.approve, by=cast.reviewer)
    walk(refused, actions_of_receipt)
    walk(refused, report, events=["refused"])

    paid = walk(fresh(), actions.approve, by=cast.reviewer)
    walk(paid, actions_of_receipt)
    walk(paid, report, events=["accepted"])
    walk(paid, report, events=["bounced"])
    user = PensionRefund.objects.get(pk=paid.pk).submitted_by
    walk(paid, actions.correct_account, by=user, account=account_of(user.person, "6228480402564890026"))
    walk(paid, actions_of_receipt)
    walk(paid, report, events=["accepted"])
    walk(paid, report, events=["paid"])

    assert declared() == WALKED


def actions_of_receipt(number):
    """The agency acknowledges the current instruction."""
    from handoff import client, deliveries

    delivery = Delivery.objects.get(instruction_id=PensionRefund.objects.get(number=number).instruction_id)
    deliveries._record(delivery, client.Answer("已接收", receipt="R-1"), last_try=False)


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
