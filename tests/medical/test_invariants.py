"""The queries that look for what must never be, tried on databases where it is."""

import pytest
from django.db import connection

from refunds import actions
from tests.bankreports.factories import OTHER_ACCOUNT
from tests.invariants import violations
from tests.medical.agency import tell
from tests.medical.factories import account_of, submitted
from tests.medical.invariants import VIOLATIONS_MEDICAL

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_on_purpose]
REFUND = "UPDATE medical_medicalrefund SET {}"
BREAKS = {
    "a refund is of the whole payment": REFUND.format("amount = amount - 1"),
    "a refund has everything": REFUND.format("reason_id = 'other', reason_words = ''"),
    "exactly the deliveries of its attempts": "DELETE FROM handoff_delivery WHERE instruction_id LIKE '%-1'",
    "nothing to another agency": "UPDATE handoff_delivery SET agency = 'hrss'",
    "a medical refund and its delivery say the same": "UPDATE handoff_delivery SET status = 'paid'",
    "an earlier attempt has bounced": "UPDATE handoff_delivery SET status = 'paid' WHERE instruction_id LIKE '%-1'",
    "社保部门核验时间": REFUND.format("verified_at = now()"),
    "退费日期": REFUND.format("refunded_on = '2026-11-17'"),
    "the agency's reason": REFUND.format("agency_reason = '户名不符'"),
    "the newest history row": "ALTER TABLE medical_medicalrefund DISABLE TRIGGER ALL; " + REFUND.format("attempt = 3"),
}


@pytest.mark.parametrize("promise", BREAKS)
def test_each_promise_that_is_broken_is_found(cast, promise):
    """M2-13, M1-15, H-03: a refund that bounced once and is on its way again."""
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "bounced")
    actions.correct_account(refund.number, by=cast.resident, account=account_of(cast.resident, OTHER_ACCOUNT))
    tell(refund, "accepted")
    assert violations() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BREAKS[promise])
    assert any(promise in found for found in violations())


def test_every_promise_is_about_a_number_that_can_be_shown():
    for query in VIOLATIONS_MEDICAL.values():
        assert query.strip().startswith(("SELECT r.number", "SELECT number", "SELECT p.ticket_number"))
