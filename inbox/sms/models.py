"""One SMS of one message to one phone, and what became of it."""

from django.db import models
from django.db.models import Q

from accounts.models import Person
from foundation import crypto


class SmsState(models.TextChoices):
    """In the order of its life. What ends badly never comes back: the message in the portal stands for it."""

    WAITING = "waiting", "待发"
    LEFT = "left", "正在核实是否发出"
    SENT = "sent", "已送网关"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "未送达"
    OFF = "off", "不发（已关闭）"
    NO_PHONE = "no_phone", "不发（没有手机号）"
    REVOKED = "revoked", "已撤回"


# Marked before the first byte: it may have left, and is asked about before it is sent again.
GONE = (SmsState.LEFT, SmsState.SENT, SmsState.DELIVERED)


class Sms(models.Model):
    """A row of the outbox. Written with the message that it belongs to, and deleted never."""

    # What the gateway knows it by: fixed before the first try, so that trying again is the same SMS.
    key = models.UUIDField(default=crypto.new_id, unique=True, editable=False)
    message = models.ForeignKey("inbox.Message", models.PROTECT, related_name="texts", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    # Of the phone as it was then; without one nothing is sent.
    phone_index = models.BinaryField(max_length=32, null=True)
    state = models.CharField("短信", max_length=10, choices=SmsState, default=SmsState.WAITING)
    # When it is to be sent (待发), or to be asked about; null once nothing is to be done any more.
    due_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField("说明", max_length=200, blank=True)

    PERSONAL = {"person": "whose phone", "phone_index": "one SMS to a phone for each message; keyed hash"}
    IMPERSONAL = "id key message state due_at left_at ended_at tries why"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "person"], name="one_sms_of_a_message_to_a_person"),
            models.UniqueConstraint(fields=["message", "phone_index"], name="one_sms_of_a_message_to_a_phone"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="sms_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["-ended_at"], name="sms_failed", condition=Q(state=SmsState.FAILED)),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.state}"

    @property
    def words(self) -> str:
        """For its receiver, below the message; empty where there is nothing to say."""
        if self.state == SmsState.FAILED:
            return f"短信没有送达（{self.why}），请看这里的消息。"
        return {
            SmsState.NO_PHONE: "没有登记手机号，没有发短信。",
            SmsState.LEFT: "短信正在核实是否发出。",
            SmsState.SENT: "短信已发出。",
            SmsState.DELIVERED: "短信已送达。",
        }.get(SmsState(self.state), "")
