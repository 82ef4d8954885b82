"""What became of what has left: the gateway is asked, less and less often, until it knows."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts import gateways
from accounts.gateways import Fate
from foundation.shortening import shortened
from inbox.sms.models import Sms, SmsState
from inbox.sms.sending import GatewayAway

MOST = 200
# From the moment it left; then the answer is not awaited any more.
PATIENCE, LONGEST = timedelta(days=3), timedelta(hours=1)
NEVER = "短信网关三天没有说明结果"


def follow() -> int:
    """Ask about what is due to be asked about. How many ended. Raises GatewayAway at the first that gets no answer."""
    now = timezone.now()
    due = Sms.objects.filter(state__in=(SmsState.LEFT, SmsState.SENT), due_at__lte=now).order_by("due_at", "id")
    return sum(_ask(text, now) for text in list(due[:MOST]))


def _ask(text: Sms, now: datetime) -> bool:
    if not connection.in_atomic_block:
        connection.close()  # none is held while the gateway thinks
    fate, why = gateways.sms().ask(str(text.key))
    ended = _record(text.pk, fate, why, now)
    if fate == Fate.UNKNOWN:
        raise GatewayAway(why)
    return ended


@transaction.atomic
def _record(pk: int, fate: Fate, why: str, now: datetime) -> bool:
    text = Sms.objects.select_for_update().get(pk=pk)
    if text.state not in (SmsState.LEFT, SmsState.SENT) or text.left_at is None:
        return False
    if fate == Fate.NEVER_CAME and text.state == SmsState.LEFT:
        # It certainly has not left: whoever marked it was killed before, or nobody heard her.
        text.state, text.left_at, text.due_at = SmsState.WAITING, None, now
    elif fate in (Fate.DELIVERED, Fate.FAILED, Fate.NEVER_CAME) or now - text.left_at > PATIENCE:
        text.state = SmsState.DELIVERED if fate == Fate.DELIVERED else SmsState.FAILED
        text.due_at, text.ended_at = None, now
        why = why if fate == Fate.FAILED else "" if fate == Fate.DELIVERED else NEVER
    else:
        text.state = SmsState.SENT if fate == Fate.ON_ITS_WAY else text.state
        text.due_at = now + min(LONGEST, max(timedelta(seconds=30), now - text.left_at))
    text.why = shortened(why, 200)
    text.save(update_fields=["state", "left_at", "due_at", "ended_at", "why"])
    return text.ended_at is not None
