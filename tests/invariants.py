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
        WHERE r.review_result <> 'passed' OR d.agency <> '{agency}'""",
    "application and delivery say the same": """
        SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.instruction_id = r.number || '-' || r.attempt
        WHERE (r.refund_status, d.status) NOT IN (
            ('approved', 'waiting'), ('approved', 'unknown'), ('approved', 'held'),
            ('agency_processing', 'acknowledged'), ('agency_returned', 'refused'), ('paying', 'accepted'),
            ('refunded', 'paid'), ('payment_failed', 'bounced'))""",
    "an earlier attempt has bounced": """
        SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE d.instruction_id <> r.number || '-' || r.attempt AND d.status <> 'bounced'""",
    "社保部门核验时间 is the agency's own word about the current attempt": """
        SELECT r.number FROM {refunds} r WHERE r.verified_at IS NOT NULL AND (
            r.refund_status NOT IN ('paying', 'refunded', 'payment_failed', 'agency_returned')
            OR NOT EXISTS (
                SELECT FROM handoff_callback c WHERE c.agency = '{agency}' AND c.event IN ('accepted', 'refused')
                    AND c.instruction_id = r.number || '-' || r.attempt AND c.occurred_at = r.verified_at))""",
    "an application has its 退费日期 exactly when it was paid": """
        SELECT r.number FROM {refunds} r WHERE (r.refunded_on IS NOT NULL) <> (r.refund_status = 'refunded')""",
    "the agency's reason stands only where it refused or the bank failed": """
        SELECT r.number FROM {refunds} r
        WHERE r.agency_reason <> '' AND r.refund_status NOT IN ('agency_returned', 'payment_failed')""",
    "the newest history row is the present": """
        SELECT r.number FROM {refunds} r LEFT JOIN LATERAL (
            SELECT * FROM {history} h WHERE h.pgh_obj_id = r.id ORDER BY pgh_id DESC LIMIT 1) h ON true
        WHERE (h.refund_status, h.review_status, h.review_result, h.attempt)
              IS DISTINCT FROM (r.refund_status, r.review_status, r.review_result, r.attempt)
            OR (r.review_status <> 'draft' AND h.amount IS DISTINCT FROM r.amount)""",
    "every history row says who did what": """
        SELECT h.number FROM {history} h WHERE h.pgh_context->>'action' IS NULL""",
    "what was done is told to the one who applied": """
        SELECT h.number FROM {history} h JOIN {refunds} r ON r.id = h.pgh_obj_id
        WHERE h.pgh_context->>'action' NOT IN ('draft', 'refer', 'send_back', 'acknowledge') AND NOT EXISTS (
            SELECT FROM inbox_message m WHERE m.number = h.number AND m.event = h.pgh_id
                AND m.kind = h.pgh_context->>'action'
                AND (m.person_id, m.organisation_id) IS NOT DISTINCT FROM (r.applicant_id, r.organisation_id))""",
    "what is told was done": """
        SELECT r.number FROM {refunds} r JOIN inbox_message m ON m.number = r.number
        LEFT JOIN {history} h ON h.pgh_id = m.event AND h.number = m.number WHERE h.pgh_id IS NULL""",
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
