"""The queries of 医保 that look for what must never be, tried on databases where it is."""

import pytest
from django.db import connection

from medical.invariants import PROMISES
from tests.invariants import violations
from tests.medical.factories import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_on_purpose]
REFUND = "UPDATE medical_medicalrefund SET {}"
BREAKS = {
    "a payment is in one live refund at most": "DROP INDEX one_live_refund_per_medical_payment; "
    + REFUND.format("payment_id = (SELECT min(id) FROM medical_payment)"),
    "a refund holds its payment exactly while it is live": REFUND.format("holds = false"),
    "the live refunds of a payment never ask for more than was paid": REFUND.format("amount = amount + 1"),
    "a refund is of the whole payment and of the person who paid it, unless it knows that this was corrected": REFUND.format(
        "amount = amount - 1"
    ),
    "nobody was paid more than the ledger says by now that she paid, but for what a work item asks back": (
        "ALTER TABLE medical_medicalrefund DROP CONSTRAINT medicalrefund_states_fit_together; "
        + REFUND.format("refund_status = 'refunded', refunded_on = now()")
        + "; UPDATE medical_payment SET record_status = 'void'"
    ),
    "a refund has everything that 退费信息 asks": REFUND.format("reason_id = 'other', reason_words = ''"),
}


def test_each_promise_has_been_broken_once():
    assert {promise.words for promise in PROMISES} == BREAKS.keys()


@pytest.mark.parametrize("promise", BREAKS)
def test_each_promise_that_is_broken_is_found(cast, promise):
    for year in (2023, 2024):
        submitted(cast.resident, office=cast.county, year=year)
    assert violations() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BREAKS[promise])
    assert any(found.startswith(f"medical: {promise}") for found in violations())
