"""The words of messages, as they were and as they are."""

from django.db import models

from accounts.models import User
from foundation.evidence import as_it_came


class Wording(models.Model):
    """What one kind of message says from a moment on, until a newer row of the kind. Never changed and never deleted, so that what
    somebody was told can be read years later. `made_by` is empty for the words that the portal came with."""

    kind = models.CharField("消息", max_length=40)
    title = models.CharField("标题", max_length=80)
    body = models.CharField("正文", max_length=300)
    # Empty: of this kind no SMS is sent.
    sms = models.CharField("短信", max_length=140, blank=True)
    made_at = models.DateTimeField("时间", auto_now_add=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="修改人")

    PERSONAL = {"made_by": "who is answerable for the words"}
    IMPERSONAL = "id kind title body sms made_at"

    class Meta:
        triggers = as_it_came(but="")
        indexes = [models.Index(fields=["kind", "-id"], name="wording_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
