"""What must be true between the refunds of 养老, their lines and the payments, beside what holds for every scheme."""

from foundation.promises import Promise

PROMISES = (
    Promise(
        "I1",
        "a payment is in one live refund at most",
        """SELECT r.number FROM pension_pensionrefundline l JOIN pension_pensionrefund r ON r.id = l.refund_id
        WHERE l.live AND l.payment_id IN (
            SELECT payment_id FROM pension_pensionrefundline WHERE live GROUP BY payment_id HAVING count(*) > 1)""",
    ),
    Promise(
        "I1",
        "a line is live exactly while its application holds the payment",
        """SELECT r.number FROM pension_pensionrefundline l JOIN pension_pensionrefund r ON r.id = l.refund_id
        WHERE r.disputed = '' AND l.live <> (
            r.refund_status NOT IN ({releasing})
            AND (l.left_out_id IS NULL OR r.review_status <> 'completed')
            AND l.outcome <> 'returned')""",
    ),
    Promise(
        "I2",
        "the live refunds of a payment never ask for more than was paid",
        """SELECT r.number FROM pension_pensionrefundline l JOIN pension_pensionrefund r ON r.id = l.refund_id
        WHERE l.live AND l.payment_id IN (
            SELECT p.id FROM pension_pensionrefundline o JOIN pension_payment p ON p.id = o.payment_id
            JOIN pension_pensionrefund q ON q.id = o.refund_id
            WHERE o.live AND o.left_out_id IS NULL AND q.corrected = '' GROUP BY p.id HAVING sum(o.amount) > p.amount)""",
    ),
    Promise(
        "I2",
        "a line is of the whole payment, and a person's of a payment of hers, unless it is known that this was corrected",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        JOIN pension_payment p ON p.id = l.payment_id
        WHERE l.live AND l.left_out_id IS NULL AND r.corrected = ''
        AND (l.amount <> p.amount OR r.applicant_id <> p.person_id OR p.record_status <> 'normal')""",
    ),
    Promise(
        "I2",
        "nobody was paid more than the ledger says by now that she paid, but for what a work item asks back",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        JOIN pension_payment p ON p.id = l.payment_id WHERE r.refund_status = 'refunded' AND l.live AND l.outcome = 'paid'
        GROUP BY r.id HAVING sum(greatest(l.amount - CASE
            WHEN p.record_status <> 'normal' OR r.applicant_id <> p.person_id THEN 0 ELSE p.amount END, 0)) > {covered}""",
    ),
    Promise(
        "I6",
        "nobody decides about money of her own among that of others",
        """SELECT r.number FROM pension_pensionrefund r JOIN accounts_user u ON u.id IN (r.decided_by_id, r.reviewed_by_id)
        JOIN pension_pensionrefundline l ON l.refund_id = r.id JOIN pension_payment p ON p.id = l.payment_id
        WHERE p.person_id = u.person_id AND r.corrected = ''""",
    ),
    Promise(
        "I7",
        "the amount and the people of an application are those of its lines",
        """SELECT r.number FROM pension_pensionrefund r LEFT JOIN pension_pensionrefundline l
            ON l.refund_id = r.id AND (l.left_out_id IS NULL OR r.review_result <> 'passed')
        WHERE r.review_status <> 'draft'
        GROUP BY r.id HAVING coalesce(sum(l.amount), 0) <> r.amount OR count(l.id) <> r.people_count""",
    ),
    Promise(
        "I7",
        "the people of a batch are those of its one payment",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        JOIN pension_payment p ON p.id = l.payment_id
        WHERE r.collective_id IS NOT NULL AND p.collective_id IS DISTINCT FROM r.collective_id
        AND (r.review_status = 'draft' OR (l.live AND l.left_out_id IS NULL AND r.corrected = ''))""",
    ),
    Promise(
        "I7",
        "a finished refund has no open line",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE r.refund_status = 'refunded' AND l.live AND l.outcome <> 'paid'""",
    ),
    Promise(
        "I7",
        "nobody is paid by a refund that was not paid, and a refund that was paid has paid somebody",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        GROUP BY r.id HAVING (r.refund_status = 'refunded') <> bool_or(l.outcome = 'paid')""",
    ),
    Promise(
        "I7",
        "nobody who was left out is answered for",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE l.left_out_id IS NOT NULL AND l.outcome <> ''""",
    ),
    Promise(
        "I7",
        "only those whom the agency returned have a reason of the agency",
        """SELECT r.number FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
        WHERE l.outcome_reason <> '' AND l.outcome <> 'returned'""",
    ),
)
