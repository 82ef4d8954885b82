"""Messages about one instruction that are applied at the same moment end as one after the other, without a lock of their jobs, on a
real database."""

import pytest
from django.utils import timezone

from handoff import deliveries
from handoff.models import Callback
from pension.models import PensionRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.conftest import make_cast
from tests.pension.factories import submitted
from tests.races import race
from tests.reports import has_left

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def stored(refund, event, sequence):
    return Callback.objects.create(
        agency="hrss", message_id=f"{refund.number}-{event}", instruction_id=refund.instruction_id, event=event,
        sequence=sequence, amount=refund.amount, occurred_at=timezone.now(),
    )  # fmt: skip


def applied_at_once(cast, *events):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    has_left(refund.instruction_id)
    rows = [stored(refund, event, sequence) for sequence, event in enumerate(events, 1)]
    race(*(lambda pk=row.pk: deliveries.apply(pk) for row in rows))
    assert not Callback.objects.filter(instruction_id=refund.instruction_id, applied_at=None).exists()
    refund = PensionRefund.objects.get(pk=refund.pk)
    return refund.refund_status, refund.disputed == refund.number


def test_messages_that_come_at_once_end_as_one_after_the_other():
    cast = make_cast()
    for _ in range(ROUNDS):
        assert applied_at_once(cast, "accepted", "paid", "bounced") == (RefundStatus.PAYMENT_FAILED, False)


def test_a_contradiction_that_comes_at_once_is_noticed():
    cast = make_cast()
    for _ in range(ROUNDS):
        assert applied_at_once(cast, "refused", "paid")[1]
