"""What must be true of the database after every test (reliability.md section 2), as queries that find the opposite."""

from django.db import connection

from tests.medical.invariants import VIOLATIONS_MEDICAL

VIOLATIONS = {
    **VIOLATIONS_MEDICAL,
    "a line is live exactly while its application holds the payment": """
        SELECT r.number FROM pension_pensionrefundline l JOIN pension_pensionrefund r ON r.id = l.refund_id
        WHERE l.live <> (
            r.refund_status NOT IN ('not_applied', 'tax_returned', 'agency_returned')
            AND (l.left_out_id IS NULL OR r.review_status <> 'completed')
            AND l.outcome <> 'returned')""",
    "the amount and the people of an application are those of its lines": """
        SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE r.review_status <> 'draft' AND (l.left_out_id IS NULL OR r.review_result <> 'passed')
        GROUP BY r.number, r.amount, r.people_count HAVING sum(l.amount) <> r.amount OR count(*) <> r.people_count""",
    "a finished refund has no open line": """
        SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE r.refund_status = 'refunded' AND l.live AND l.outcome <> 'paid'""",
    "nobody is paid by a refund that was not paid, and a refund that was paid has paid somebody": """
        SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        GROUP BY r.number, r.refund_status
        HAVING (r.refund_status = 'refunded') <> bool_or(l.outcome = 'paid')""",
    "nobody who was left out is answered for": """
        SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE l.left_out_id IS NOT NULL AND l.outcome <> ''""",
    "only those whom the agency returned have a reason of the agency": """
        SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE l.outcome_reason <> '' AND l.outcome <> 'returned'""",
    "an approved application has exactly the deliveries of its attempts": """
        SELECT r.number FROM pension_pensionrefund r LEFT JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result = 'passed' GROUP BY r.number, r.attempt HAVING count(d.id) <> r.attempt""",
    "nothing is handed off that was not approved": """
        SELECT r.number FROM pension_pensionrefund r JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result <> 'passed'""",
    "application and delivery say the same": """
        SELECT r.number FROM pension_pensionrefund r
        JOIN handoff_delivery d ON d.instruction_id = r.number || '-' || r.attempt
        WHERE (r.refund_status, d.status) NOT IN (
            ('approved', 'waiting'), ('approved', 'unknown'), ('approved', 'held'),
            ('agency_processing', 'acknowledged'), ('agency_returned', 'refused'), ('paying', 'accepted'),
            ('refunded', 'paid'), ('payment_failed', 'bounced'))""",
    "the newest history row is the present": """
        SELECT r.number FROM pension_pensionrefund r JOIN LATERAL (
            SELECT * FROM pension_pensionrefundevent e WHERE e.pgh_obj_id = r.id ORDER BY pgh_id DESC LIMIT 1) e ON true
        WHERE (e.refund_status, e.review_status, e.review_result)
              IS DISTINCT FROM (r.refund_status, r.review_status, r.review_result)""",
    "every history row says who did what": """
        SELECT number FROM pension_pensionrefundevent WHERE pgh_context->>'action' IS NULL""",
}


def violations() -> list[str]:
    """Empty when all is well."""
    found = []
    with connection.cursor() as cursor:
        for promise, query in VIOLATIONS.items():
            cursor.execute(query)
            found += [f"{promise}: {row[0]}" for row in cursor.fetchall()]
    return found
