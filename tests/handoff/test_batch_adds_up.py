"""Whoever is left out, taken in, returned or paid, in whatever attempt: the people and the money of a batch add up (I7)."""

import json
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.invariants import violations
from tests.pension.factories import CollectivePaymentFactory, PaymentFactory
from tests.reports import report
from tests.village.batches import submit_batch, village_account

pytestmark = pytest.mark.django_db
WHY = "该人员已死亡或已注销参保"


def status(refund):
    return PensionRefund.objects.get(pk=refund.pk).refund_status


def sent(refund):
    """What the newest instruction says."""
    return json.loads(Delivery.objects.filter(number=refund.number).latest("created_at").body.reveal("in a test"))


def choices(people):
    """Who is left out, who is returned at each attempt, and how each attempt ends."""
    some = st.sets(st.integers(0, people - 1))
    attempt = st.tuples(some, st.permutations(["accepted", "paid"]) | st.sampled_from([["bounced"], ["refused"]]))
    return st.tuples(some, some, st.booleans(), st.lists(attempt, min_size=1, max_size=3))


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=choices(4))
def test_everybody_is_left_out_or_paid_or_returned_or_open_and_the_money_is_theirs(cast, settings, choice):
    left_out, taken_in, above, attempts = choice
    settings.COUNTERSIGN_LIMIT = "0.01" if above else "10000.00"
    with transaction.atomic():
        refund = uneven_batch(cast)
        lines = list(refund.lines.order_by("pk"))
        mark(refund, lines, left_out, by=cast.reviewer)
        try:
            actions.approve(refund.number, by=cast.reviewer)
            if above:
                actions.send_back(refund.number, by=cast.countersigner, remark="再核")
                mark(refund, lines, taken_in, by=cast.reviewer, reason=None)
                actions.approve(refund.number, by=cast.reviewer)
                actions.countersign(refund.number, by=cast.countersigner)
                left_out = left_out - taken_in
        except errors.EverybodyLeftOut:
            assert len(left_out) == len(lines)
        assert_adds_up(refund, lines)
        for gone, events in attempts:
            if status(refund) != RefundStatus.APPROVED:
                break
            answer = {lines[position].payment.ticket_number: WHY for position in gone}
            report(refund.number, events=events, returned=answer)
            assert_adds_up(refund, lines)
            if status(refund) == RefundStatus.PAYMENT_FAILED:
                actions.correct_account(
                    refund.number, by=cast.clerk, account=village_account(refund.collective), mended=True
                )
                assert_adds_up(refund, lines)
        transaction.set_rollback(True)


def uneven_batch(cast):
    collective = CollectivePaymentFactory(organisation=cast.clerk.organisation)
    for amount in ("100.01", "200.20", "400.00", "800.37"):
        PaymentFactory(of_village=True, collective=collective, office=cast.county, amount=amount)
    return submit_batch(collective, cast.clerk)


def mark(refund, lines, positions, *, by, reason="other"):
    why = reason and RejectReason.objects.get(code=reason)
    chosen = [lines[position].pk for position in positions]
    actions.leave_out(refund.number, by=by, lines=chosen, reason=why, remark="不符")


def assert_adds_up(refund, lines):
    refund = PensionRefund.objects.get(pk=refund.pk)
    totals = refund.people.totals()
    assert violations() == []
    assert totals.people == len(lines)
    if refund.review_result == "passed":
        assert (totals.kept, totals.kept_amount) == (refund.people_count, refund.amount)
        assert sum(share.people for share in totals.answers) == totals.kept
        kept = refund.lines.filter(left_out=None)
        instruction = sent(refund)
        assert Decimal(instruction["amount"]) == sum(Decimal(line["amount"]) for line in instruction["lines"])
        if refund.refund_status == RefundStatus.APPROVED:  # it is on its way: all who were not returned before
            gone = sum(line.amount for line in kept.filter(outcome="returned"))
            assert Decimal(instruction["amount"]) + gone == refund.amount
    else:
        assert (refund.people_count, refund.amount) == (len(lines), sum(line.amount for line in lines))
