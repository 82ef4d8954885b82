"""The second factor of clerks and officers: a six-digit code that changes every 30 seconds (TOTP, RFC 6238)."""

import time
from base64 import b32encode
from math import ceil
from typing import Any

import django_otp
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from accounts.models import User
from foundation.paper import qr

WRONG = "动态口令不对或已经用过。请输入应用现在显示的 6 位数字。"


def device_of(user: User) -> TOTPDevice | None:
    """The authenticator this user has enrolled and proven, or None."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).first()


def new_key() -> str:
    """A fresh secret, in hex."""
    return random_hex(20)


def verify(device: TOTPDevice, code: str) -> str:
    """Why `code` is refused, as a sentence; empty when it is right. Each failure doubles the wait, from one second."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        wait = ceil((why["locked_until"] - timezone.now()).total_seconds())
        return f"连续输错，为了安全要稍等一下。请在 {max(wait, 1)} 秒后再输入动态口令。"
    return "" if django_otp.verify_token(device.user, device.persistent_id, code) else WRONG


@transaction.atomic
def enrol(user: User, key: str, code: str) -> TOTPDevice | None:
    """Bind the app that holds `key`, proven by a code of it. None when the code is wrong."""
    User.objects.select_for_update().get(pk=user.pk)
    bound = device_of(user)
    if bound:
        return None  # bound in another window meanwhile: its code is asked next
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    if not totp.verify(int(code), tolerance=1):
        return None
    # This very code does not work a second time.
    return TOTPDevice.objects.create(user=user, key=key, name="动态口令", last_t=totp.t(), drift=totp.drift)


def prove(user: User, device: TOTPDevice | None, key: str, code: str) -> tuple[TOTPDevice | None, str]:
    """Verify `code` with the bound `device`, or bind the app that holds `key`. Returns the device and the problem."""
    if device:
        return device, verify(device, code)
    device = enrol(user, key, code)
    return device, "" if device else WRONG


def binding(user: User, key: str) -> dict[str, Any]:
    """What the page shows to bind an app: the secret as people type it, and the QR code as one SVG path."""
    return {"secret": b32encode(bytes.fromhex(key)).decode(), **qr.drawn(TOTPDevice(user=user, key=key).config_url)}
