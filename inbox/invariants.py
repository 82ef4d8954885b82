"""What must be true between the history of an application and what its applicant was told."""

from foundation.promises import Promise
from inbox.models import Message

# Messages are kept for three years (refunds_portal/retention/), so of older history none is asked for.
OF_EVERY_SCHEME = (
    Promise(
        "I12",
        "what was done is told to the one who applied",
        """SELECT h.number FROM {history} h JOIN {refunds} r ON r.id = h.pgh_obj_id
        WHERE h.pgh_created_at > now() - interval '1094 days' AND h.pgh_context->>'action' NOT IN
            ('draft', 'refer', 'send_back', 'acknowledge', 'undo_referral', 'redirect', 'assign') AND NOT EXISTS (
            SELECT FROM inbox_message m WHERE m.number = h.number AND m.event = h.pgh_id
                AND m.kind = h.pgh_context->>'action'
                AND (m.person_id, m.organisation_id) IS NOT DISTINCT FROM (r.applicant_id, r.organisation_id))""",
    ),
    Promise(
        "I12",
        "what was taken back is sent to no phone",
        """SELECT r.number FROM {refunds} r JOIN inbox_message m ON m.number = r.number
        JOIN inbox_sms s ON s.message_id = m.id
        WHERE m.taken_back_at IS NOT NULL AND (s.left_at IS NULL OR s.left_at > m.taken_back_at)
            AND s.state IN ('left', 'sent', 'delivered')""",
    ),
    Promise(
        "I12",
        "what is told was done",
        """SELECT r.number FROM {refunds} r JOIN inbox_message m ON m.number = r.number
        LEFT JOIN {history} h ON h.pgh_id = m.event AND h.number = m.number WHERE h.pgh_id IS NULL""",
    ),
)
TABLES = (Message._meta.db_table,)
