"""What goes to an agency and what comes back: one delivery per instruction, one row per message received.

A delivery has its own small machine; the application's states follow it through `refunds.actions`.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from foundation import crypto, masks


class DeliveryStatus(models.TextChoices):
    """Where an instruction is, in life-cycle order."""

    WAITING = "waiting", "待移交"
    UNKNOWN = "unknown", "移交结果未知，重试中"
    HELD = "held", "移交被拒，待人工处理"
    ACKNOWLEDGED = "acknowledged", "对方已接收"
    REFUSED = "refused", "对方退回"
    ACCEPTED = "accepted", "对方核验通过"
    PAID = "paid", "银行已退付"
    BOUNCED = "bounced", "银行退付失败"


UNACKNOWLEDGED = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN, DeliveryStatus.HELD)


class Delivery(FSMModelMixin, models.Model):
    """One instruction to an agency. Its body is fixed before the first send, so that sending twice is harmless."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    agency = models.CharField(max_length=20)
    number = models.CharField("申请单号", max_length=24)
    instruction_id = models.CharField(max_length=30, unique=True)
    # JSON with full numbers, so it is encrypted whole and never shown; found by its instruction id.
    body = crypto.EncryptedField(mask=masks.whole)
    status = FSMField(default=DeliveryStatus.WAITING, choices=DeliveryStatus, protected=True, max_length=15)
    receipt = models.CharField("回执号", max_length=40, blank=True)
    sends = models.PositiveIntegerField(default=0)
    last_answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    acknowledged_at = models.DateTimeField(null=True)

    PERSONAL = {"body": "the instruction as sent, to send it again unchanged"}
    IMPERSONAL = "id agency number instruction_id status receipt sends last_answer created_at acknowledged_at"

    class Meta:
        indexes = [
            models.Index(fields=["number"]),
            models.Index(
                "created_at",
                name="delivery_unacknowledged",
                condition=Q(status__in=UNACKNOWLEDGED),
            ),
        ]

    def __str__(self) -> str:
        return self.instruction_id

    @transition(status, source=[DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN], target=DeliveryStatus.UNKNOWN)
    def lose_sight(self, *, answer: str) -> None:
        """No answer, or a 5xx: it may or may not have arrived."""
        self.last_answer = answer

    @transition(status, source=[DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN], target=DeliveryStatus.HELD)
    def hold(self, *, answer: str) -> None:
        """The agency refused the message itself (4xx), or nobody answered for days: a person looks at it."""
        self.last_answer = answer

    @transition(status, source=DeliveryStatus.HELD, target=DeliveryStatus.WAITING)
    def send_again(self) -> None:
        pass

    @transition(status, source=UNACKNOWLEDGED, target=DeliveryStatus.ACKNOWLEDGED)
    def acknowledge(self, *, at: datetime, receipt: str) -> None:
        self.acknowledged_at = at
        self.receipt = receipt

    @transition(status, source=DeliveryStatus.ACKNOWLEDGED, target=DeliveryStatus.REFUSED)
    def refuse(self) -> None:
        pass

    @transition(status, source=DeliveryStatus.ACKNOWLEDGED, target=DeliveryStatus.ACCEPTED)
    def accept(self) -> None:
        pass

    @transition(status, source=DeliveryStatus.ACCEPTED, target=DeliveryStatus.PAID)
    def pay(self) -> None:
        pass

    @transition(status, source=DeliveryStatus.ACCEPTED, target=DeliveryStatus.BOUNCED)
    def bounce(self) -> None:
        pass


class Event(models.TextChoices):
    """What an agency reports (design.md section 7)."""

    ACCEPTED = "accepted", "核验通过"
    REFUSED = "refused", "核验退回"
    PAID = "paid", "银行已退付"
    BOUNCED = "bounced", "银行退付失败"


class Callback(models.Model):
    """A verified message from an agency: stored first, answered 2xx, applied by a job. Holds no personal data."""

    id = models.BigAutoField(primary_key=True)
    agency = models.CharField(max_length=20)
    message_id = models.CharField(max_length=255)
    # Of the body as it came, to know another message under the same id; empty for what came before this column.
    digest = models.BinaryField(max_length=32, default=b"")
    instruction_id = models.CharField(max_length=30)
    # A word that is none of these is stored as well, and goes to a person.
    event = models.CharField(max_length=40, choices=Event)
    occurred_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    paid_on = models.DateField(null=True)
    # Lines of a batch that the agency returned: reason by ticket number.
    returned = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    PERSONAL = {"reason": "the agency's words for the applicant"}
    IMPERSONAL = "id agency message_id digest instruction_id event occurred_at paid_on returned received_at applied_at"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "message_id"], name="one_row_per_message"),
        ]


class RefusedMessage(models.Model):
    """Signed rightly and yet refused: kept whole and sealed, so that an operator can read what the agency meant."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    agency = models.CharField(max_length=20)
    message_id = models.TextField()
    digest = models.BinaryField(max_length=32)
    body = crypto.EncryptedField(mask=masks.whole)
    why = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)

    PERSONAL = {"body": "the message as it came, for an operator to read"}
    IMPERSONAL = "id agency message_id digest why received_at"

    class Meta:
        constraints = [
            # An agency that repeats it for days fills no table.
            models.UniqueConstraint(fields=["agency", "digest", "why"], name="one_row_per_refused_body"),
        ]


class WorkItemKind(models.TextChoices):
    """What the machines cannot settle between themselves."""

    HELD = "held", "移交被对方拒收"
    UNANSWERED = "unanswered", "移交多次没有回执"
    CONTRADICTION = "contradiction", "对方回传的结果互相矛盾"
    UNKNOWN_INSTRUCTION = "unknown_instruction", "对方回传了未知的指令"
    UNKNOWN_EVENT = "unknown_event", "对方回传了未知的结果"
    UNREADABLE = "unreadable", "对方回传的消息不能读取"
    CHANGED_MESSAGE = "changed_message", "对方用同一编号发来不同的消息"
    JOB_FAILED = "job_failed", "后台作业没有完成"


class WorkItem(models.Model):
    """Something a person must look at. Closed with a note, never deleted."""

    kind = models.CharField(max_length=20, choices=WorkItemKind)
    agency = models.CharField(max_length=20)
    instruction_id = models.CharField(max_length=30)
    number = models.CharField(max_length=24, blank=True)
    office = models.ForeignKey("accounts.TaxOffice", models.PROTECT, null=True)
    detail = models.CharField(max_length=300)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True)
    note = models.CharField(max_length=200, blank=True)

    PERSONAL = {"closed_by": "who dealt with it", "note": "how it was dealt with", "detail": "what is wrong"}
    IMPERSONAL = "id kind agency instruction_id number office opened_at closed_at"

    class Meta:
        constraints = [
            # The same trouble reported again is still one thing to look at.
            models.UniqueConstraint(
                fields=["kind", "instruction_id"], condition=Q(closed_at=None), name="one_open_item_per_trouble"
            ),
        ]
        indexes = [models.Index("office", "id", name="workitem_open", condition=Q(closed_at=None))]
