"""What must be true between the refunds of 工伤 and the payments, beside what holds for every scheme."""

from foundation.promises import Promise

PROMISES = (
    Promise(
        "I1",
        "a payment is in one live refund at most",
        """SELECT r.number FROM injury_injuryrefund r WHERE r.holds AND r.payment_id IN (
            SELECT payment_id FROM injury_injuryrefund WHERE holds
            GROUP BY payment_id HAVING count(*) > 1)""",
    ),
    Promise(
        "I1",
        "a refund holds its payment exactly while it is live",
        """SELECT r.number FROM injury_injuryrefund r
        WHERE r.disputed = '' AND r.holds <> (r.refund_status NOT IN ({releasing}))""",
    ),
    Promise(
        "I2",
        "the live refunds of a payment never ask for more than was paid",
        """SELECT r.number FROM injury_injuryrefund r WHERE r.holds AND r.payment_id IN (
            SELECT p.id FROM injury_injuryrefund o JOIN injury_injurypayment p ON p.id = o.payment_id
            WHERE o.holds AND o.corrected = '' GROUP BY p.id HAVING sum(o.amount) > p.amount)""",
    ),
    Promise(
        "I2",
        "a refund is of the whole payment and of the person who paid it, unless it knows that this was corrected",
        """SELECT r.number FROM injury_injuryrefund r JOIN injury_injurypayment p ON p.id = r.payment_id
        WHERE r.holds AND r.corrected = ''
        AND (r.amount <> p.amount OR r.applicant_id IS DISTINCT FROM p.person_id OR p.record_status <> 'normal')""",
    ),
    Promise(
        "I2",
        "nobody was paid more than the ledger says by now that she paid, but for what a work item asks back",
        """SELECT r.number FROM injury_injuryrefund r JOIN injury_injurypayment p ON p.id = r.payment_id
        WHERE r.refund_status = 'refunded' AND r.holds AND r.amount - CASE
            WHEN p.record_status <> 'normal' OR r.applicant_id <> p.person_id THEN 0 ELSE p.amount END > {covered}""",
    ),
)
