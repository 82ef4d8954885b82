"""What must be true of the refunds of 医保 after every test, as queries that find the opposite (as tests/invariants.py)."""

VIOLATIONS_MEDICAL = {
    "a payment is in one live refund at most": """
        SELECT p.ticket_number FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
        WHERE r.refund_status NOT IN ('not_applied', 'tax_returned', 'agency_returned')
        GROUP BY p.ticket_number HAVING count(*) > 1""",
    "a refund is of the whole payment and of the person who paid it": """
        SELECT r.number FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
        JOIN medical_enrolment e ON e.id = p.enrolment_id
        WHERE r.amount <> p.medical_amount + coalesce(p.care_amount, 0) OR r.applicant_id <> e.person_id
            OR r.organisation_id IS NOT NULL""",
    "a refund has everything that 退费信息 asks": """
        SELECT r.number FROM medical_medicalrefund r JOIN medical_refundreason w ON w.code = r.reason_id
        WHERE '' IN (r.account_kind, r.branch, r.bank_code, r.bank_name, r.account_name)
            OR (w.needs_words AND r.reason_words = '')""",
    "an approved medical refund has exactly the deliveries of its attempts": """
        SELECT r.number FROM medical_medicalrefund r LEFT JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result = 'passed' GROUP BY r.number, r.attempt HAVING count(d.id) <> r.attempt""",
    "nothing is handed off that was not approved, and nothing to another agency": """
        SELECT r.number FROM medical_medicalrefund r JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result <> 'passed' OR d.agency <> 'medical'""",
    "a medical refund and its delivery say the same": """
        SELECT r.number FROM medical_medicalrefund r
        JOIN handoff_delivery d ON d.instruction_id = r.number || '-' || r.attempt
        WHERE (r.refund_status, d.status) NOT IN (
            ('approved', 'waiting'), ('approved', 'unknown'), ('approved', 'held'),
            ('agency_processing', 'acknowledged'), ('agency_returned', 'refused'), ('paying', 'accepted'),
            ('refunded', 'paid'), ('payment_failed', 'bounced'))""",
    "an earlier attempt has bounced": """
        SELECT r.number FROM medical_medicalrefund r JOIN handoff_delivery d ON d.number = r.number
        WHERE d.instruction_id <> r.number || '-' || r.attempt AND d.status <> 'bounced'""",
    "社保部门核验时间 is the agency's own word about the current attempt": """
        SELECT r.number FROM medical_medicalrefund r WHERE r.verified_at IS NOT NULL AND (
            r.refund_status NOT IN ('paying', 'refunded', 'payment_failed', 'agency_returned')
            OR NOT EXISTS (
                SELECT FROM handoff_callback c WHERE c.agency = 'medical' AND c.event IN ('accepted', 'refused')
                    AND c.instruction_id = r.number || '-' || r.attempt AND c.occurred_at = r.verified_at))""",
    "a refund has its 退费日期 exactly when it was paid": """
        SELECT number FROM medical_medicalrefund WHERE (refunded_on IS NOT NULL) <> (refund_status = 'refunded')""",
    "the agency's reason stands only where it refused or the bank failed": """
        SELECT number FROM medical_medicalrefund
        WHERE agency_reason <> '' AND refund_status NOT IN ('agency_returned', 'payment_failed')""",
    "the newest history row of a medical refund is the present": """
        SELECT r.number FROM medical_medicalrefund r LEFT JOIN LATERAL (
            SELECT * FROM medical_medicalrefundevent e WHERE e.pgh_obj_id = r.id ORDER BY pgh_id DESC LIMIT 1) e ON true
        WHERE (e.refund_status, e.review_status, e.review_result, e.amount, e.attempt)
              IS DISTINCT FROM (r.refund_status, r.review_status, r.review_result, r.amount, r.attempt)""",
    "every history row of a medical refund says who did what": """
        SELECT number FROM medical_medicalrefundevent WHERE pgh_context->>'action' IS NULL""",
}
