"""What must be true between applications, deliveries and the messages of the agencies.

`{refunds}` is the table of a scheme, `{agency}` the agency that its refunds are handed to; `{numbers}` are all applications.
"""

from foundation.promises import Promise
from handoff.models import Callback, Delivery

OF_EVERY_SCHEME = (
    Promise(
        "I3",
        "nothing is handed off that was not approved, and nothing to another agency",
        """SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE d.agency <> '{agency}' OR (r.review_result <> 'passed' AND d.status NOT IN ('cancelled', 'bounced', 'refused')
            AND NOT EXISTS (SELECT FROM handoff_workitem i WHERE i.number = r.number AND i.kind = 'overpaid'))""",
    ),
    Promise(
        "I3",
        "application and delivery say the same",
        """SELECT r.number FROM {refunds} r
        JOIN handoff_delivery d ON d.instruction_id = r.number || '-' || coalesce(r.paid_attempt, r.attempt)
        WHERE r.disputed = '' AND (r.refund_status, d.status) NOT IN (
            ('approved', 'waiting'), ('approved', 'unknown'), ('approved', 'held'),
            ('agency_processing', 'acknowledged'), ('agency_returned', 'refused'), ('paying', 'accepted'),
            ('refunded', 'paid'), ('payment_failed', 'bounced'), ('payment_failed', 'cancelled'),
            ('tax_returned', 'cancelled'), ('agency_returned', 'cancelled'), ('tax_returned', 'bounced'))
            AND NOT ((r.refund_status, d.status) = ('tax_returned', 'paid') AND EXISTS (
                SELECT FROM handoff_workitem i WHERE i.instruction_id = d.instruction_id AND i.kind = 'overpaid'))""",
    ),
    Promise(
        "I3",
        "what was approved waits or was handed off, and what was handed off is in flight, paid or failed, to the fen",
        """SELECT concat_ws(' ', 'approved', approved, 'waiting', waiting, 'in flight', flying, 'paid', paid, 'failed', failed)
        FROM (SELECT
            coalesce(sum(r.amount), 0) AS approved,
            coalesce(sum(r.amount) FILTER (WHERE r.refund_status = 'refunded'), 0) AS refunded,
            coalesce(sum(r.amount) FILTER (WHERE r.refund_status = 'approved'), 0) AS to_send,
            coalesce(sum(r.amount) FILTER (WHERE d.status IN ('waiting', 'unknown', 'held')), 0) AS waiting,
            coalesce(sum(r.amount) FILTER (WHERE d.status IN ('acknowledged', 'accepted')), 0) AS flying,
            coalesce(sum(r.amount) FILTER (WHERE d.status = 'paid'), 0) AS paid,
            coalesce(sum(r.amount) FILTER (WHERE d.status IN ('refused', 'bounced', 'cancelled')), 0) AS failed
            FROM {refunds} r LEFT JOIN handoff_delivery d
                ON d.instruction_id = r.number || '-' || coalesce(r.paid_attempt, r.attempt)
            WHERE r.review_result = 'passed') sums
        WHERE approved <> waiting + flying + paid + failed OR refunded <> paid OR to_send <> waiting""",
    ),
    Promise(
        "I4",
        "an approved application has exactly the deliveries of its attempts",
        """SELECT r.number FROM {refunds} r LEFT JOIN handoff_delivery d ON d.number = r.number
        WHERE r.review_result = 'passed' GROUP BY r.number, r.attempt HAVING count(d.id) <> r.attempt""",
    ),
    Promise(
        "I4",
        "a delivery is named after one of the attempts of its application",
        """SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE NOT EXISTS (SELECT FROM generate_series(1, r.attempt) a WHERE d.instruction_id = r.number || '-' || a)""",
    ),
    Promise(
        "I4",
        "no attempt beside the one that counts holds any money, or a person has it back",
        """SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE r.disputed = '' AND d.instruction_id <> r.number || '-' || coalesce(r.paid_attempt, r.attempt)
            AND d.status NOT IN ('bounced', 'cancelled', 'refused') AND NOT EXISTS (
                SELECT FROM handoff_workitem i WHERE i.number = r.number AND i.kind = 'overpaid')""",
    ),
    Promise(
        "I4",
        "an application names the attempt that was paid exactly when it was paid",
        "SELECT r.number FROM {refunds} r WHERE (r.paid_attempt IS NOT NULL) <> (r.refund_status = 'refunded')",
    ),
    Promise(
        "I10",
        "a delivery is frozen exactly while its application is disputed",
        """SELECT r.number FROM {refunds} r JOIN handoff_delivery d ON d.number = r.number
        WHERE d.frozen <> (r.disputed <> '')""",
    ),
    Promise(
        "I10",
        "what is disputed has somebody to settle it",
        """SELECT r.number FROM {refunds} r WHERE r.disputed <> '' AND NOT EXISTS (
            SELECT FROM handoff_workitem i
            WHERE i.number = r.disputed AND i.kind = 'contradiction' AND i.closed_at IS NULL)""",
    ),
    Promise(
        "I10",
        "社保部门核验时间 is the agency's own word",
        """SELECT r.number FROM {refunds} r WHERE r.verified_at IS NOT NULL AND (
            r.refund_status NOT IN ('paying', 'refunded', 'payment_failed', 'agency_returned')
            OR NOT EXISTS (
                SELECT FROM handoff_callback c JOIN handoff_delivery d ON d.instruction_id = c.instruction_id
                WHERE d.number = r.number AND c.agency = '{agency}' AND c.event IN ('accepted', 'refused')
                    AND c.occurred_at = r.verified_at)
            AND NOT EXISTS (
                SELECT FROM handoff_inquiry q JOIN handoff_delivery d ON d.instruction_id = q.instruction_id
                WHERE d.number = r.number AND q.agency = '{agency}' AND q.settled AND q.occurred_at = r.verified_at))""",
    ),
)

# The sweep gives what has no job another one within a minute or two (`handoff.tasks`), so what is younger breaks nothing yet.
OF_THE_WHOLE = (
    Promise(
        "I3",
        "every delivery is of an application",
        "SELECT d.number FROM handoff_delivery d WHERE NOT EXISTS (SELECT FROM ({numbers}) r WHERE r.number = d.number)",
    ),
    Promise(
        "I4",
        "what is to be sent has a job that sends it",
        """SELECT d.number FROM handoff_delivery d
        WHERE d.status IN ('waiting', 'unknown') AND NOT d.frozen AND d.created_at < now() - interval '3 minutes' AND NOT EXISTS (
            SELECT FROM procrastinate_jobs j WHERE j.task_name = 'handoff.send' AND j.status IN ('todo', 'doing')
                AND j.args->>'delivery_id' = d.id::text)""",
    ),
    Promise(
        "I10",
        "every message was applied, or a job will apply it, or a person was told that none could",
        """SELECT c.instruction_id FROM handoff_callback c
        WHERE c.applied_at IS NULL AND c.received_at < now() - interval '3 minutes' AND NOT EXISTS (
            SELECT FROM procrastinate_jobs j WHERE j.task_name = 'handoff.apply_callback' AND j.status IN ('todo', 'doing')
                AND j.args->>'callback_id' = c.id::text)
            AND NOT EXISTS (SELECT FROM handoff_workitem w WHERE w.instruction_id = c.instruction_id
                AND w.kind = 'job_failed')""",
    ),
    Promise(
        "I10",
        "every message that was applied shows in its delivery, or a person was told why not",
        """SELECT c.instruction_id FROM handoff_callback c
        LEFT JOIN handoff_delivery d ON d.instruction_id = c.instruction_id AND d.agency = c.agency
        WHERE c.applied_at IS NOT NULL AND NOT coalesce(d.frozen, false) AND coalesce((c.event, d.status) NOT IN (
                ('accepted', 'accepted'), ('accepted', 'paid'), ('accepted', 'bounced'), ('accepted', 'refused'),
                ('accepted', 'cancelled'), ('refused', 'refused'), ('paid', 'paid'), ('paid', 'bounced'),
                ('bounced', 'bounced'), ('bounced', 'paid'), ('cancelled', 'cancelled')), true)
            AND NOT EXISTS (SELECT FROM handoff_workitem w WHERE w.instruction_id = c.instruction_id)""",
    ),
)
# Where there is none of this, nothing of the above can be broken.
TABLES = (Delivery._meta.db_table, Callback._meta.db_table)
