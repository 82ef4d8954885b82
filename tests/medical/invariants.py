"""What must never be in the tables of 医保, beside what holds for every scheme (`tests.invariants`)."""

VIOLATIONS = {
    "a payment is in one live refund at most": """
        SELECT p.ticket_number FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
        WHERE r.holds GROUP BY p.ticket_number HAVING count(*) > 1""",
    "a refund holds its payment exactly while it is live": """
        SELECT r.number FROM medical_medicalrefund r WHERE r.disputed = ''
            AND r.holds <> (r.refund_status NOT IN ('not_applied', 'tax_returned', 'agency_returned'))""",
    "a refund is of the whole payment and of the person who paid it": """
        SELECT r.number FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
        JOIN medical_enrolment e ON e.id = p.enrolment_id
        WHERE r.amount <> p.medical_amount + coalesce(p.care_amount, 0) OR r.applicant_id <> e.person_id
            OR r.organisation_id IS NOT NULL""",
    "a refund has everything that 退费信息 asks": """
        SELECT r.number FROM medical_medicalrefund r JOIN medical_refundreason w ON w.code = r.reason_id
        WHERE '' IN (r.account_kind, r.branch, r.bank_code, r.bank_name, r.account_name)
            OR (w.needs_words AND r.reason_words = '')""",
}
