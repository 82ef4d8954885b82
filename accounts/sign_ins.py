"""Who signed in, when and from where; of those who see other people's data."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest

from foundation.evidence import as_it_came
from foundation.middleware import address_of


class SignIn(models.Model):
    """登录 of a clerk or an officer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登录时间", auto_now_add=True)
    address = models.GenericIPAddressField("网络地址", null=True)

    PERSONAL = {"user": "who signed in", "address": "noticing an account that others use"}
    IMPERSONAL = "id at"

    class Meta:
        triggers = as_it_came(but="")
        indexes = [models.Index(fields=["-at", "-id"], name="sign_ins_newest")]


def note(user: Any, request: HttpRequest, **_signal: Any) -> None:
    """Receiver of Django's own signal."""
    if user.is_staff_door:
        SignIn.objects.create(user=user, address=address_of(request) or None)
