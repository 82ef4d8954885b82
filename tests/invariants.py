"""What must be true of the database after every test (reliability.md section 2), as queries that find the opposite.

What holds for every scheme is written once, over the tables that each scheme names; the rest a scheme says itself
(`tests.house.brought`).
"""

from functools import cache

from django.db import connection

from refunds import schemes
from tests.house import brought

# `{refunds}` and `{history}` are the tables of a scheme, `{agency}` is the agency that its refunds are handed to.
OF_EVERY_SCHEME = {
    "an approved application has exactly the deliveries of its attempts": """
        SELECT r.number FROM {refunds} r LEFT JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result = 'passed' GROUP BY r.number, r.attempt HAVING count(d.id) <> r.attempt""",
    "nothing is handed off that was not approved, and nothing to another agency": """
        SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result <> 'passed' AND d.status NOT IN ('cancelled', 'bounced') OR d.agency <> '{agency}'""",
    "application and delivery say the same": """
        SELECT r.number FROM {refunds} r
        JOIN handoff_delivery d ON d.instruction_id = r.number || '-' || coalesce(r.paid_attempt, r.attempt)
        WHERE r.disputed = '' AND (r.refund_status, d.status) NOT IN (
            ('approved', 'waiting'), ('approved', 'unknown'), ('approved', 'held'),
            ('agency_processing', 'acknowledged'), ('agency_returned', 'refused'), ('paying', 'accepted'),
            ('refunded', 'paid'), ('payment_failed', 'bounced'), ('payment_failed', 'cancelled'),
            ('tax_returned', 'cancelled'), ('agency_returned', 'cancelled'))""",
    "no other attempt holds any money": """
        SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE r.disputed = '' AND d.instruction_id <> r.number || '-' || coalesce(r.paid_attempt, r.attempt)
            AND d.status NOT IN ('bounced', 'cancelled') AND NOT EXISTS (
                SELECT FROM handoff_workitem i WHERE i.number = r.number AND i.kind = 'overpaid')""",
    "a delivery is frozen exactly while its application is disputed": """
        SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE d.frozen <> (r.disputed <> '')""",
    "what is disputed has somebody to settle it": """
        SELECT r.number FROM {refunds} r WHERE r.disputed <> '' AND NOT EXISTS (
            SELECT FROM handoff_workitem i
            WHERE i.number = r.disputed AND i.kind = 'contradiction' AND i.closed_at IS NULL)""",
    "社保部门核验时间 is the agency's own word": """
        SELECT r.number FROM {refunds} r WHERE r.verified_at IS NOT NULL AND (
            r.refund_status NOT IN ('paying', 'refunded', 'payment_failed', 'agency_returned')
            OR NOT EXISTS (
                SELECT FROM handoff_callback c WHERE c.agency = '{agency}' AND c.event IN ('accepted', 'refused')
                    AND c.instruction_id LIKE r.number || '-%' AND c.occurred_at = r.verified_at)
            AND NOT EXISTS (
                SELECT FROM handoff_inquiry q WHERE q.agency = '{agency}' AND q.settled
                    AND q.instruction_id LIKE r.number || '-%' AND q.occurred_at = r.verified_at))""",
    "an application names the attempt that was paid exactly when it was paid": """
        SELECT r.number FROM {refunds} r WHERE (r.paid_attempt IS NOT NULL) <> (r.refund_status = 'refunded')""",
    "an application has its 退费日期 exactly when it was paid": """
        SELECT r.number FROM {refunds} r WHERE (r.refunded_on IS NOT NULL) <> (r.refund_status = 'refunded')""",
    "the agency's reason stands only where it refused or the bank failed": """
        SELECT r.number FROM {refunds} r
        WHERE r.agency_reason <> '' AND r.refund_status NOT IN ('agency_returned', 'payment_failed')""",
    "the newest history row is the present": """
        SELECT r.number FROM {refunds} r LEFT JOIN LATERAL (
            SELECT * FROM {history} h WHERE h.pgh_obj_id = r.id ORDER BY pgh_id DESC LIMIT 1) h ON true
        WHERE (h.refund_status, h.review_status, h.review_result, h.attempt, h.disputed)
              IS DISTINCT FROM (r.refund_status, r.review_status, r.review_result, r.attempt, r.disputed)
            OR (r.review_status <> 'draft' AND h.amount IS DISTINCT FROM r.amount)""",
    "every history row says who did what": """
        SELECT h.number FROM {history} h WHERE h.pgh_context->>'action' IS NULL""",
}


# Whether there is anything that could break a promise: most tests touch one scheme, or none.
ANYTHING = "SELECT EXISTS (SELECT FROM {refunds}) OR EXISTS (SELECT FROM {history})"


def _tables(scheme) -> dict[str, str]:
    return {
        "refunds": scheme.model._meta.db_table,
        "history": scheme.model.events.rel.related_model._meta.db_table,
        "agency": scheme.agency,
    }


@cache
def of_scheme(scheme) -> dict[str, str]:
    """Every promise about a scheme's applications, named with its code, and the query that finds the opposite."""
    general = {promise: query.format(**_tables(scheme)) for promise, query in OF_EVERY_SCHEME.items()}
    its_own = brought.of(scheme, "invariants").VIOLATIONS
    return {f"{scheme.code}: {promise}": query for promise, query in (general | its_own).items()}


def violations() -> list[str]:
    """Empty when all is well."""
    with connection.cursor() as cursor:
        return [found for scheme in schemes.every() for found in _violations_of(scheme, cursor)]


def _violations_of(scheme, cursor):
    cursor.execute(ANYTHING.format(**_tables(scheme)))
    if not cursor.fetchone()[0]:
        return
    for promise, query in of_scheme(scheme).items():
        cursor.execute(query)
        yield from (f"{promise}: {row[0]}" for row in cursor.fetchall())
