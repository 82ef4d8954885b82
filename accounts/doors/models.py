"""What the doors keep: sessions under the hash of their key, authenticators with a sealed secret, codes that let one be bound, and
the hashes of passwords that staff must not take again."""

from base64 import b64decode, b64encode, b85decode, b85encode
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.doors.sealing import unsealed
from foundation import crypto
from foundation.evidence import as_it_came


class Session(AbstractBaseSession):
    """A sign-in, or what somebody has begun before it. Whoever reads this table can neither use nor read one."""

    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions", verbose_name="用户")
    signed_in_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近使用", null=True)
    address = models.GenericIPAddressField("网络地址", null=True)
    device = models.CharField("设备", max_length=60, blank=True)

    PERSONAL = {
        "user": "whose sign-in; she sees and ends it",
        "address": "she tells her own sign-ins from others by it",
        "device": "she tells her own sign-ins from others by it",
        "session_data": "what a page remembers until the session ends; sealed",
    }
    IMPERSONAL = "session_key expire_date signed_in_at seen_at"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_string("accounts.doors.store.SessionStore")
        return store

    def get_decoded(self) -> dict[str, Any]:
        return unsealed(self.session_key, self.session_data)


class Authenticator(TOTPDevice):
    """The app that shows a staff member's codes. Its secret is sealed in the row of its owner."""

    IMPERSONAL = (
        "id confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at step t0 digits tolerance "
        "drift last_t name"
    )
    PERSONAL = {"user": "whose second factor", "key": "checking its codes; sealed"}

    class Meta:
        proxy = True

    @property
    def bin_key(self) -> bytes:
        return unsealed_secret(self.key, self.user_id)


def sealed_secret(secret: bytes, user_id: int) -> str:
    """As the column of django-otp holds it: text of at most 80 characters."""
    blob = crypto.encrypt(b64encode(secret).decode(), context=_secret_of(user_id))
    return b85encode(blob).decode()


def unsealed_secret(key: str, user_id: int) -> bytes:
    """The secret itself. Raises `InvalidTag` when it was changed or moved to another user."""
    return b64decode(crypto.decrypt(b85decode(key), context=_secret_of(user_id)))


def _secret_of(user_id: int) -> str:
    return f"otp_totp_totpdevice.key|user:{user_id}"


class BindingCode(models.Model):
    """绑定码: an administrator gives it to a staff member she has before her; with it, and only once, an app is bound."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="binding_code", primary_key=True)
    code_hash = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField("签发时间")
    tries = models.PositiveSmallIntegerField(default=0)

    PERSONAL = {"user": "who may bind an app", "code_hash": "checking the code; keyed hash"}
    IMPERSONAL = "issued_at tries"


class OldPassword(models.Model):
    """The hash of a password that a staff member must not take again (等保 8.1.4.1.a)."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    left_at = models.DateTimeField(auto_now_add=True)

    PERSONAL = {"user": "whose password it was", "password": "refusing it; a hash"}
    IMPERSONAL = "id left_at"


# 网络安全法: logs of the network are kept for six months at least. Whatever the code says, the database refuses before.
LOGS_AT_LEAST = timedelta(days=183)


class SignIn(models.Model):
    """登录: whose account, when, from where and on what, and whether it was let in. Auditors read those of clerks and officers, who
    see other people's data; everybody reads her own."""

    class Outcome(models.TextChoices):
        IN = "in", "成功"
        WRONG = "wrong", "密码不对，未登录"

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField("登录时间", auto_now_add=True)
    address = models.GenericIPAddressField("网络地址", null=True)
    device = models.CharField("设备", max_length=60, blank=True)
    outcome = models.CharField("结果", max_length=5, choices=Outcome, default=Outcome.IN)
    of_staff = models.BooleanField(default=True)

    PERSONAL = {
        "user": "who signed in",
        "address": "noticing an account that others use",
        "device": "noticing an account that others use",
    }
    IMPERSONAL = "id at outcome of_staff"

    class Meta:
        triggers = as_it_came(but="", since="at", days=LOGS_AT_LEAST.days)
        indexes = [
            models.Index(fields=["-at", "-id"], name="sign_ins_newest", condition=Q(of_staff=True)),
            models.Index(fields=["user", "-at", "-id"], name="sign_ins_of_user"),
        ]
