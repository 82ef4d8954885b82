"""To the gateway, after the grace. Each is marked in a transaction of its own before the first byte leaves: whoever is killed after that
has perhaps sent it, so it is asked about (`following`) and never sent on a guess."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts import gateways
from accounts.gateways import Taken
from foundation.shortening import shortened
from inbox.sms import switching
from inbox.sms.models import Sms, SmsState

# What is sent in one run, and how old news may be that still goes out: later it would only frighten.
MOST, STALE = 500, timedelta(hours=24)
# When what has left is asked about first, and what could not leave is tried again.
ASK_AFTER, AGAIN_AFTER = timedelta(seconds=30), timedelta(minutes=1)


class GatewayAway(Exception):
    """It does not answer. What waits stays 待发, what may have left is asked about."""


def send_due() -> int:
    """Send what is due, the longest wait first. How many were sent. Raises GatewayAway at the first that gets no answer."""
    now = timezone.now()
    due = Sms.objects.filter(state=SmsState.WAITING, due_at__lte=now).order_by("due_at", "id")
    return sum(_send(pk, now) for pk in list(due.values_list("pk", flat=True)[:MOST]))


def _send(pk: int, now: datetime) -> bool:
    marked = _mark(pk, now)
    if marked is None:
        return False
    text, phone = marked
    # No connection is held while the gateway thinks.
    if not connection.in_atomic_block:
        connection.close()
    taken, why = gateways.sms().text(phone=phone, words=text.message.sms, key=str(text.key))
    _record(pk, taken, why)
    if taken in (Taken.NOT_SENT, Taken.UNKNOWN):
        raise GatewayAway(why)
    return taken == Taken.YES


@transaction.atomic
def _mark(pk: int, now: datetime) -> tuple[Sms, str] | None:
    """Whether it is still to be sent, with its phone; and if so, that it may have left from here on."""
    waiting = Sms.objects.select_for_update(of=("self",), skip_locked=True).select_related("message", "person")
    text = waiting.filter(pk=pk, state=SmsState.WAITING).first()
    if text is None:
        return None  # another worker has it, or it was taken back
    state, why = _instead(text, now)
    if state:
        _end(text, state, why)
        return None
    assert text.person.phone is not None, "judged above"
    text.state, text.left_at, text.due_at = SmsState.LEFT, now, now + ASK_AFTER
    text.tries += 1
    text.save(update_fields=["state", "left_at", "due_at", "tries"])
    return text, text.person.phone.reveal("the SMS goes to the phone")


def _instead(text: Sms, now: datetime) -> tuple[SmsState | None, str]:
    """What becomes of it without being sent, and why."""
    if text.message.taken_back_at:
        return SmsState.REVOKED, ""
    if switching.is_unwanted(text):
        return SmsState.OFF, ""
    if text.phone_index is None or text.person.phone is None:
        return SmsState.NO_PHONE, ""
    if bytes(text.person.phone_index or b"") != bytes(text.phone_index):
        return SmsState.FAILED, "登记的手机号已变更"
    if now - text.message.created_at > STALE:
        return SmsState.FAILED, "短信网关长时间没有应答，超过 24 小时不再发送"
    return None, ""


@transaction.atomic
def _record(pk: int, taken: Taken, why: str) -> None:
    text = Sms.objects.select_for_update().get(pk=pk)
    if text.state != SmsState.LEFT:
        return  # asked about meanwhile
    if taken == Taken.YES:
        text.state = SmsState.SENT
    elif taken == Taken.REFUSED:
        _end(text, SmsState.FAILED, why)
        return
    elif taken == Taken.NOT_SENT:
        text.state, text.left_at, text.due_at = SmsState.WAITING, None, timezone.now() + AGAIN_AFTER
    text.why = shortened(why, 200)
    text.save(update_fields=["state", "left_at", "due_at", "why"])


def _end(text: Sms, state: SmsState, why: str) -> None:
    text.state, text.due_at, text.ended_at, text.why = state, None, timezone.now(), shortened(why, 200)
    text.save(update_fields=["state", "due_at", "ended_at", "why"])
