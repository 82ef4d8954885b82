"""The second factor of clerks and officers: a six-digit code that changes every 30 seconds (TOTP, RFC 6238)."""

import time
from base64 import b32encode
from math import ceil
from typing import Any

import django_otp
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.util import random_hex

from accounts.doors import binding as codes
from accounts.doors.models import Authenticator, sealed_secret
from accounts.models import User
from foundation.paper import qr

BOUND = "这个账号已在别处绑定。请重新打开本页，输入那个应用显示的动态口令。"
WRONG = "动态口令不对或已经用过。请输入应用现在显示的 6 位数字。"


def device_of(user: User) -> Authenticator | None:
    """The authenticator this user has enrolled and proven, or None."""
    return Authenticator.objects.devices_for_user(user, confirmed=True).first()


def new_key() -> str:
    """A fresh secret, in hex."""
    return random_hex(20)


def verify(device: Authenticator, code: str) -> str:
    """Why `code` is refused, as a sentence; empty when it is right. Each failure doubles the wait, from one second."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        wait = ceil((why["locked_until"] - timezone.now()).total_seconds())
        return f"连续输错，为了安全要稍等一下。请在 {max(wait, 1)} 秒后再输入动态口令。"
    return "" if django_otp.verify_token(device.user, device.persistent_id, code) else WRONG


@transaction.atomic
def enrol(user: User, key: str, code: str, binding_code: str) -> tuple[Authenticator | None, str, str]:
    """Bind the app that holds `key`, proven by a code of it, with the 绑定码 that an administrator gave her. Returns the device, the
    problem, and the field it is about."""
    User.objects.select_for_update().get(pk=user.pk)
    if device_of(user):
        return None, BOUND, "code"
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    if not totp.verify(int(code), tolerance=1):
        return None, WRONG, "code"
    if problem := codes.use_up(user, binding_code):
        return None, problem, "binding_code"
    sealed = sealed_secret(bytes.fromhex(key), user.pk)
    # This very code does not work a second time.
    return (
        Authenticator.objects.create(user=user, key=sealed, name="动态口令", last_t=totp.t(), drift=totp.drift),
        "",
        "",
    )


def binding(user: User, key: str) -> dict[str, Any]:
    """What the page shows to bind an app: the secret as people type it, and the QR code as one SVG path."""
    secret = bytes.fromhex(key)
    shown = Authenticator(user=user, key=sealed_secret(secret, user.pk))
    return {"secret": b32encode(secret).decode(), **qr.drawn(shown.config_url)}
