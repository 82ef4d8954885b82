"""What must be true between the refunds of 医保 and the payments, beside what holds for every scheme."""

from foundation.promises import Promise

PROMISES = (
    Promise(
        "I1",
        "a payment is in one live refund at most",
        """SELECT r.number FROM medical_medicalrefund r WHERE r.holds AND r.payment_id IN (
            SELECT payment_id FROM medical_medicalrefund WHERE holds
            GROUP BY payment_id HAVING count(*) > 1)""",
    ),
    Promise(
        "I1",
        "a refund holds its payment exactly while it is live",
        """SELECT r.number FROM medical_medicalrefund r
        WHERE r.disputed = '' AND r.holds <> (r.refund_status NOT IN ({releasing}))""",
    ),
    Promise(
        "I2",
        "the live refunds of a payment never ask for more than was paid",
        """SELECT r.number FROM medical_medicalrefund r WHERE r.holds AND r.payment_id IN (
            SELECT p.id FROM medical_medicalrefund o JOIN medical_payment p ON p.id = o.payment_id
            WHERE o.holds AND o.corrected = ''
            GROUP BY p.id HAVING sum(o.amount) > p.medical_amount + coalesce(p.care_amount, 0))""",
    ),
    Promise(
        "I2",
        "a refund is of the whole payment and of the person who paid it, unless it knows that this was corrected",
        """SELECT r.number FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
        JOIN medical_enrolment e ON e.id = p.enrolment_id
        WHERE r.organisation_id IS NOT NULL OR (r.holds AND r.corrected = '' AND (
            r.amount <> p.medical_amount + coalesce(p.care_amount, 0) OR r.applicant_id <> e.person_id
            OR p.record_status <> 'normal'))""",
    ),
    Promise(
        "I2",
        "nobody was paid more than the ledger says by now that she paid, but for what a work item asks back",
        """SELECT r.number FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
        JOIN medical_enrolment e ON e.id = p.enrolment_id
        WHERE r.refund_status = 'refunded' AND r.holds AND r.amount - CASE
            WHEN p.record_status <> 'normal' OR r.applicant_id <> e.person_id THEN 0
            ELSE p.medical_amount + coalesce(p.care_amount, 0) END > {covered}""",
    ),
    Promise(
        "I5",
        "a refund has everything that 退费信息 asks",
        """SELECT r.number FROM medical_medicalrefund r JOIN medical_refundreason w ON w.code = r.reason_id
        WHERE '' IN (r.account_kind, r.branch, r.bank_code, r.bank_name, r.account_name)
            OR (w.needs_words AND r.reason_words = '')""",
    ),
)
