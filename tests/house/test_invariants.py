"""The queries that look for what must never be in any scheme, tried on databases where it is."""

import pytest
from django.db import connection

from refunds import actions, schemes
from tests.house import brought
from tests.house.canaries import canary
from tests.invariants import OF_EVERY_SCHEME, of_scheme, violations
from tests.reports import report

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_on_purpose]
# How each promise is broken for an application that was paid.
BREAKS = {
    "an approved application has exactly the deliveries of its attempts": "DELETE FROM handoff_delivery",
    "nothing is handed off that was not approved, and nothing to another agency": (
        "UPDATE handoff_delivery SET agency = 'nobody'"
    ),
    "application and delivery say the same": "UPDATE handoff_delivery SET status = 'refused'",
    "an earlier attempt has bounced": "UPDATE {refunds} SET attempt = 2",
    "社保部门核验时间 is the agency's own word about the current attempt": "UPDATE {refunds} SET verified_at = now()",
    "an application has its 退费日期 exactly when it was paid": "UPDATE {refunds} SET refunded_on = NULL",
    "the agency's reason stands only where it refused or the bank failed": (
        "UPDATE {refunds} SET agency_reason = '户名不符'"
    ),
    "the newest history row is the present": (
        "ALTER TABLE {refunds} DISABLE TRIGGER ALL; UPDATE {refunds} SET attempt = 3"
    ),
    "every history row says who did what": (
        "SET LOCAL pghistory.context_metadata = ''; UPDATE {refunds} SET attempt = 4"
    ),
    "what was done is told to the one who applied": "DELETE FROM inbox_message WHERE kind = 'pay'",
    "what is told was done": "UPDATE inbox_message SET event = 0 WHERE kind = 'pay'",
}


@pytest.mark.parametrize("promise", OF_EVERY_SCHEME)
@pytest.mark.parametrize("scheme", schemes.every(), ids=lambda scheme: scheme.code)
def test_each_promise_that_is_broken_is_found(cast, scheme, promise):
    refund = brought.of(scheme, "canaries").apply(canary(1), cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    assert violations() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BREAKS[promise].format(refunds=scheme.model._meta.db_table))
    assert any(found.startswith(f"{scheme.code}: {promise}") for found in violations())


@pytest.mark.parametrize("scheme", schemes.every(), ids=lambda scheme: scheme.code)
def test_every_promise_is_about_a_number_that_can_be_shown(scheme):
    for query in of_scheme(scheme).values():
        assert query.split()[:2] in (["SELECT", name] for name in ("r.number", "h.number", "p.ticket_number"))
