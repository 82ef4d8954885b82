"""One payment, one live refund (I-44): by the database itself, by threads that start together."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from handoff.models import Callback, Delivery
from medical import applications
from medical.models import MedicalRefund, RefundReason
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.bankreports.factories import OTHER_ACCOUNT
from tests.conftest import make_cast
from tests.medical.agency import MONDAY, TUESDAY, fresh, handed_off_by_monday, tell
from tests.medical.factories import EnrolmentFactory, PaymentFactory, account_of, submitted
from tests.races import race
from tests.reports import has_left

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def scene(settings):
    """As many connections as threads: the race is in the database, not at its door."""
    settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = THREADS + 5
    connection.close_pool()
    yield make_cast()
    connection.close_pool()


def applying(user, *payments, key):
    """What 确认并提交 does."""
    said = {"reason": RefundReason.objects.get(code="duplicate"), "words": ""}
    account = account_of(user)
    return lambda: applications.apply(list(payments), account=account, **said, by=user, key=key)


def owed(user, count=1) -> list:
    enrolment = EnrolmentFactory(person=user.person)
    return [PaymentFactory(enrolment=enrolment) for _ in range(count)]


# M2-13, I-44
def test_one_payment_is_not_refunded_twice_however_many_ask_at_once(scene):
    (payment,) = owed(scene.resident)
    results = race(*[applying(scene.resident, payment, key=uuid.uuid4()) for _ in range(THREADS)])
    assert sum(isinstance(result, errors.AlreadyClaimed) for result in results) == THREADS - 1
    assert MedicalRefund.objects.count() == 1


# I-44: what the constraint is for
@pytest.mark.breaks_on_purpose
def test_the_same_race_without_the_constraint_does_refund_twice(scene):
    (payment,) = owed(scene.resident)
    name = "one_live_refund_per_medical_payment"
    constraint = next(one for one in MedicalRefund._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(MedicalRefund, constraint)
    try:
        race(*[applying(scene.resident, payment, key=uuid.uuid4()) for _ in range(THREADS)])
        assert MedicalRefund.objects.count() > 1
    finally:
        MedicalRefund.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(MedicalRefund, constraint)


# M2-13
def test_a_double_click_makes_one_application_and_shows_it_to_both(scene):
    (payment,) = owed(scene.resident)
    results = race(*[applying(scene.resident, payment, key=uuid.UUID(int=7))] * THREADS)
    assert {refund.number for refunds in results for refund in refunds} == {MedicalRefund.objects.get().number}


# M2-13: all or none, and no deadlock, whatever the order they were ticked in
@pytest.mark.parametrize("_round", range(4))
def test_rivals_over_overlapping_payments_do_not_wait_for_each_other(scene, _round):
    first, second, third = owed(scene.resident, 3)
    forms = [(first, second), (second, first), (third, second), (second, third)]
    results = race(*[applying(scene.resident, *form, key=uuid.uuid4()) for form in forms])
    won = [result for result in results if isinstance(result, list)]
    assert [len(refunds) for refunds in won] == [2]
    assert {type(result) for result in results if result not in won} == {errors.AlreadyClaimed}
    assert MedicalRefund.objects.count() == 2


# M1-14, O-02
@pytest.mark.parametrize("_round", range(4))
def test_withdraw_against_approve_has_one_winner(scene, _round):
    refund = submitted(scene.resident, office=scene.county)
    withdrawn, approved = race(
        lambda: actions.withdraw(refund.number, by=scene.resident),
        lambda: actions.approve(refund.number, by=scene.reviewer),
    )
    if fresh(refund).refund_status == RefundStatus.APPROVED:
        assert isinstance(withdrawn, errors.NotWithdrawable)
    else:
        assert isinstance(approved, errors.AlreadyDecided)
    assert Delivery.objects.count() == int(fresh(refund).refund_status == RefundStatus.APPROVED)


# M1-15
@pytest.mark.parametrize("_round", range(4))
def test_two_messages_at_once_end_as_one_after_the_other(scene, _round):
    from handoff import deliveries

    refund = submitted(scene.resident, office=scene.county)
    actions.approve(refund.number, by=scene.reviewer)
    known = {"agency": "medical", "instruction_id": f"{refund.number}-1"}
    has_left(refund.instruction_id)
    handed_off_by_monday(f"{refund.number}-1")
    heard = [(1, "accepted", TUESDAY), (1, "accepted", MONDAY), (2, "paid", TUESDAY), (2, "paid", TUESDAY)]
    stored = [
        Callback.objects.create(
            **known, message_id=str(n), sequence=sequence, event=event, amount=refund.amount, occurred_at=at
        )
        for n, (sequence, event, at) in enumerate(heard)
    ]
    race(*[lambda row=row: deliveries.apply(row.pk) for row in stored])
    assert (fresh(refund).refund_status, fresh(refund).verified_at) == (RefundStatus.REFUNDED, MONDAY)


# H-03
@pytest.mark.parametrize("_round", range(4))
def test_two_corrections_at_once_are_one_new_instruction(scene, _round):
    refund = submitted(scene.resident, office=scene.county)
    actions.approve(refund.number, by=scene.reviewer)
    tell(refund, "bounced")
    other = account_of(scene.resident, OTHER_ACCOUNT)
    results = race(*[lambda: actions.correct_account(refund.number, by=scene.resident, account=other)] * 2)
    assert sum(isinstance(result, errors.NotCorrectable) for result in results) == 1
    assert Delivery.objects.filter(number=refund.number).count() == 2


def ended(scene, verb):
    refund = submitted(scene.resident, office=scene.county)
    if verb == "withdraw":
        return actions.withdraw(refund.number, by=scene.resident)
    return actions.reject(refund.number, by=scene.reviewer, reason=RejectReason.objects.first())


# I-44: whatever the code does
@pytest.mark.parametrize("verb", ["withdraw", "reject"])
def test_the_database_refuses_to_wake_a_second_refund_of_one_payment(scene, verb):
    first = ended(scene, verb)
    assert applying(scene.resident, first.payment, key=uuid.uuid4())()
    waking = {"refund_status": "applied", "review_status": "pending", "review_result": "", "reject_reason": None}
    waking |= {"holds": True}
    with pytest.raises(IntegrityError, match="one_live_refund_per_medical_payment"), transaction.atomic():
        MedicalRefund.objects.filter(pk=first.pk).update(**waking)
