"""The queries of 养老 that look for what must never be, tried on a batch of which one is left out and one returned."""

import pytest
from django.db import connection

from pension.invariants import PROMISES
from refunds import actions
from refunds.models import RejectReason
from tests.invariants import violations
from tests.pension.factories import CollectivePaymentFactory
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_on_purpose]
LINE = "UPDATE pension_pensionrefundline SET {} WHERE {}"
LEFT_OUT, RETURNED, PAID = "left_out_id IS NOT NULL", "outcome = 'returned'", "outcome = 'paid'"
BREAKS = {
    "a payment is in one live refund at most": (
        "DROP INDEX one_live_refund_per_pension_payment; ALTER TABLE pension_pensionrefundline"
        " DROP CONSTRAINT one_line_per_payment_and_refund; "
        + LINE.format("payment_id = (SELECT min(payment_id) FROM pension_pensionrefundline WHERE live)", PAID)
    ),
    "a line is live exactly while its application holds the payment": LINE.format("live = true", RETURNED),
    "the live refunds of a payment never ask for more than was paid": LINE.format("amount = amount + 0.01", PAID),
    "a line is of the whole payment, and a person's of a payment of hers, unless it is known that this was corrected": (
        LINE.format("amount = amount - 0.01", PAID)
    ),
    "nobody was paid more than the ledger says by now that she paid, but for what a work item asks back": (
        "UPDATE pension_payment SET amount = amount - 0.01"
    ),
    "nobody decides about money of her own among that of others": (
        "UPDATE pension_payment SET person_id = (SELECT u.person_id FROM accounts_user u JOIN pension_pensionrefund r"
        " ON r.decided_by_id = u.id) WHERE id = (SELECT min(payment_id) FROM pension_pensionrefundline)"
    ),
    "the amount and the people of an application are those of its lines": LINE.format("left_out_id = NULL", LEFT_OUT),
    "the people of a batch are those of its one payment": (
        "UPDATE pension_payment SET collective_id = (SELECT max(id) FROM pension_collectivepayment)"
    ),
    "a finished refund has no open line": LINE.format("outcome = ''", PAID),
    "nobody is paid by a refund that was not paid, and a refund that was paid has paid somebody": (
        LINE.format("outcome = ''", PAID)
    ),
    "nobody who was left out is answered for": LINE.format("outcome = 'paid'", LEFT_OUT),
    "only those whom the agency returned have a reason of the agency": LINE.format("outcome_reason = '户名不符'", PAID),
}


@pytest.fixture
def paid(cast):
    refund = submit_batch(make_village(cast.clerk, people=4), cast.clerk)
    CollectivePaymentFactory(organisation=cast.clerk.organisation, year=2030)
    first, second = refund.lines.order_by("pk").select_related("payment")[:2]
    reason = RejectReason.objects.get(code="other")
    actions.leave_out(refund.number, by=cast.reviewer, lines=[first.pk], reason=reason, remark="重复参保")
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "paid"], returned={second.payment.ticket_number: "该人员已死亡"})
    assert violations() == []


def test_each_promise_has_been_broken_once():
    assert {promise.words for promise in PROMISES} == BREAKS.keys()


@pytest.mark.parametrize("promise", BREAKS)
def test_each_promise_that_is_broken_is_found(paid, promise):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BREAKS[promise])
    assert any(found.startswith(f"pension: {promise}") for found in violations())
