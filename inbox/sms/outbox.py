"""The outbox: written in the transaction of the change, so that what is rolled back is never sent."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from inbox.kinds import DECISIONS
from inbox.sms.models import Sms, SmsState

# After the time in which a decision may be taken back, and not in its last moment.
MARGIN = timedelta(seconds=2)
# The newest message of each number, to the person, or to every clerk of the village who can sign in.
ADD = """
    WITH told AS (
        SELECT DISTINCT ON (number) id, person_id, organisation_id FROM inbox_message
        WHERE number = ANY(%(numbers)s) AND kind = %(kind)s AND sms <> '' ORDER BY number, id DESC
    ), wanted AS (
        SELECT t.id AS message_id, p.id AS person_id, p.phone_index FROM told t JOIN accounts_person p ON p.id = t.person_id
        UNION SELECT t.id, p.id, p.phone_index FROM told t
        JOIN accounts_user u ON u.organisation_id = t.organisation_id AND u.role = 'clerk' AND u.is_active
        JOIN accounts_person p ON p.id = u.person_id
    )
    INSERT INTO inbox_sms (key, message_id, person_id, phone_index, state, due_at, tries, why)
    SELECT gen_random_uuid(), message_id, person_id, phone_index, 'waiting', %(due)s, 0, '' FROM wanted
    ON CONFLICT DO NOTHING"""


def add(numbers: Sequence[str], kind: str) -> None:
    """An SMS for the newest message of that kind of each application or question. One statement; again, it adds nothing."""
    due = timezone.now() + timedelta(seconds=settings.DECISION_GRACE_SECONDS) + MARGIN
    with connection.cursor() as cursor:
        cursor.execute(ADD, {"numbers": list(numbers), "kind": kind, "due": due})


def revoke(numbers: Sequence[str]) -> None:
    """Decisions on these were taken back: what waits to be sent of them never is."""
    waiting = Sms.objects.filter(state=SmsState.WAITING, message__number__in=numbers, message__kind__in=DECISIONS)
    waiting.update(state=SmsState.REVOKED, due_at=None, ended_at=timezone.now())
