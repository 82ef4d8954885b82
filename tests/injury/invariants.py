"""What must never be in the tables of 工伤, beside what holds for every scheme (`tests.invariants`)."""

VIOLATIONS = {
    "a payment is in one live refund at most": """
        SELECT p.ticket_number FROM injury_injuryrefund r JOIN injury_injurypayment p ON p.id = r.payment_id
        WHERE r.holds GROUP BY p.ticket_number HAVING count(*) > 1""",
    "a refund holds its payment exactly while it is live": """
        SELECT r.number FROM injury_injuryrefund r WHERE r.disputed = ''
            AND r.holds <> (r.refund_status NOT IN ('not_applied', 'tax_returned', 'agency_returned'))""",
    "a refund is of the whole payment and of the person who paid it": """
        SELECT r.number FROM injury_injuryrefund r JOIN injury_injurypayment p ON p.id = r.payment_id
        WHERE r.amount <> p.amount OR r.applicant_id IS DISTINCT FROM p.person_id""",
}
