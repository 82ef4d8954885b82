"""验证码: six digits to a phone, good for five minutes, five tries and one use. Only its keyed hash is stored."""

import secrets
from datetime import timedelta
from hmac import compare_digest
from math import ceil

from django.db import connection, transaction
from django.utils import timezone

from accounts import gateways
from accounts.gateways import NotAvailable
from accounts.models import SmsCode
from foundation import crypto, numbers

LIFE = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(seconds=60)
# Ten a day are counted by those of a day.
COUNTED = timedelta(days=1)
PER_DAY = 10


class TooSoon(NotAvailable):
    """A code was sent less than a minute ago: that one is still good."""


def send(phone: str, purpose: str) -> str:
    """Send a new code to a folded phone number, good for `purpose` only; returns a sentence for the page. Raises `NotAvailable`."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = _note(numbers.phone_index(phone), code, purpose)
    try:
        return gateways.sms().send(phone=phone, code=code)
    except NotAvailable:
        row.delete()
        raise


@transaction.atomic
def _note(index: bytes, code: str, purpose: str) -> SmsCode:
    """The row of a code about to be sent. One at a time for each phone, so that two clicks count as two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], signed=True)])
    now = timezone.now()
    codes = SmsCode.objects.filter(phone_index=index)
    codes.filter(sent_at__lte=now - COUNTED).delete()
    last = codes.order_by("-sent_at").first()
    if last and now - last.sent_at < PAUSE:
        wait = (last.sent_at + PAUSE - now).seconds + 1
        raise TooSoon(f"验证码刚刚发过，{wait} 秒后可以重新获取。")
    if codes.count() >= PER_DAY:
        raise NotAvailable(f"这个手机号 24 小时内已获取 {PER_DAY} 次验证码。请明天再来，或到办税服务厅办理。")
    return SmsCode.objects.create(phone_index=index, code_hash=_hash(index, code, purpose), sent_at=now)


@transaction.atomic
def check(phone: str, code: str, purpose: str) -> str:
    """Use up the newest code of a phone, sent for this `purpose`. Returns why it is refused, as a sentence; empty when it was right."""
    index = numbers.phone_index(phone)
    newest = SmsCode.objects.select_for_update().filter(phone_index=index).order_by("-sent_at").first()
    if newest is None or newest.used:
        return "这个验证码已经用过。请重新获取验证码。"
    if timezone.now() - newest.sent_at > LIFE:
        return "验证码已超过 5 分钟。请重新获取验证码。"
    if newest.tries >= TRIES:
        return f"验证码已输错 {TRIES} 次。请重新获取验证码。"
    newest.tries += 1
    newest.used = compare_digest(bytes(newest.code_hash), _hash(index, code, purpose))
    newest.save(update_fields=["tries", "used"])
    if newest.used:
        return ""
    left = TRIES - newest.tries
    return (
        f"验证码不对，还可以再试 {left} 次。请核对短信后重新输入。"
        if left
        else f"验证码已输错 {TRIES} 次。请重新获取验证码。"
    )


def wait(phone: str) -> int:
    """In how many seconds another code can be had."""
    last = SmsCode.objects.filter(phone_index=numbers.phone_index(phone)).order_by("-sent_at").first()
    return max(ceil((last.sent_at + PAUSE - timezone.now()).total_seconds()), 0) if last else 0


def _hash(index: bytes, code: str, purpose: str) -> bytes:
    return crypto.blind_index(f"{index.hex()}:{purpose}:{code}", purpose="sms_code")
