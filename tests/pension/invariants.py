"""What must never be in the tables of 养老, beside what holds for every scheme (`tests.invariants`)."""

VIOLATIONS = {
    "a line is live exactly while its application holds the payment": """
        SELECT r.number FROM pension_pensionrefundline l JOIN pension_pensionrefund r ON r.id = l.refund_id
        WHERE r.disputed = '' AND l.live <> (
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
}
