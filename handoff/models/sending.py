"""What goes to an agency: one delivery per instruction, with a small machine of its own. The application's states follow it
through `refunds.actions`.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from foundation import crypto, masks
from foundation.evidence import kept


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
    CANCELLED = "cancelled", "已取消，不会退付"


UNACKNOWLEDGED = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN, DeliveryStatus.HELD)


@kept(
    fields="agency number instruction_id amount status receipt sends last_answer sent_at stop_asked frozen",
    when="status receipt sent_at stop_asked frozen",
)
class Delivery(FSMModelMixin, models.Model):
    """One instruction to an agency. Its body is fixed before the first send, so that sending twice is harmless."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    agency = models.CharField(max_length=20)
    number = models.CharField("申请单号", max_length=24)
    instruction_id = models.CharField(max_length=30, unique=True)
    # JSON with full numbers, so it is encrypted whole and never shown; found by its instruction id.
    body = crypto.EncryptedField(mask=masks.whole)
    amount = models.DecimalField("移交金额", max_digits=12, decimal_places=2)
    # What it is made of: amount in yuan by ticket number, to hold the agency's answers against.
    tickets = models.JSONField(default=dict)
    status = FSMField(default=DeliveryStatus.WAITING, choices=DeliveryStatus, protected=True, max_length=15)
    receipt = models.CharField("回执号", max_length=40, blank=True)
    sends = models.PositiveIntegerField(default=0)
    last_answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Committed before the first byte leaves: from then on the agency may have it, whatever we know.
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    # 请求停付 was sent for it, so a `cancelled` is what we asked for.
    stop_asked = models.BooleanField(default=False)
    # The agency has looked at it and does not take it, and nothing has left since. That it does not know it says less, for it
    # may be on its way; and so does a refusal after a send that nobody knows the end of: it may mean that it has it already.
    declined = models.BooleanField(default=False)
    # Its application is disputed: nothing is sent, and what is reported is kept for whoever settles it.
    frozen = models.BooleanField(default=False)

    PERSONAL = {
        "body": "the instruction as sent, to send it again unchanged",
        "amount": "how much, to hold the answers against",
    }
    IMPERSONAL = (
        "id agency number instruction_id tickets status receipt sends last_answer created_at sent_at acknowledged_at"
        " stop_asked declined frozen"
    )

    class Meta:
        indexes = [
            models.Index(fields=["number"]),
            models.Index(
                "created_at",
                name="delivery_unacknowledged",
                condition=Q(status__in=UNACKNOWLEDGED),
            ),
            # Whether it has taken anything meanwhile, however many came since.
            models.Index(fields=["agency", "acknowledged_at"], name="delivery_taken"),
            models.Index(
                "acknowledged_at",
                name="delivery_in_hand",
                condition=Q(status__in=[DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED]),
            ),
        ]

    def __str__(self) -> str:
        return self.instruction_id

    @transition(status, source=[DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN], target=DeliveryStatus.UNKNOWN)
    def lose_sight(self, *, answer: str) -> None:
        """No answer, or a 5xx: it may or may not have arrived."""
        self.last_answer = answer

    @transition(status, source=[DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN], target=DeliveryStatus.HELD)
    def hold(self, *, answer: str, declined: bool) -> None:
        """The agency refused the message itself (4xx): a person looks at it."""
        self.last_answer = answer
        self.declined = declined

    @transition(status, source=DeliveryStatus.HELD, target=DeliveryStatus.WAITING)
    def send_again(self) -> None:
        pass

    @transition(status, source=UNACKNOWLEDGED, target=DeliveryStatus.ACKNOWLEDGED)
    def acknowledge(self, *, at: datetime, receipt: str) -> None:
        self.acknowledged_at = at
        self.receipt = receipt

    @transition(status, source=[DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED], target=DeliveryStatus.REFUSED)
    def refuse(self) -> None:
        pass

    @transition(status, source=DeliveryStatus.ACKNOWLEDGED, target=DeliveryStatus.ACCEPTED)
    def accept(self) -> None:
        pass

    @transition(status, source=[DeliveryStatus.ACCEPTED, DeliveryStatus.BOUNCED], target=DeliveryStatus.PAID)
    def pay(self) -> None:
        pass

    @transition(status, source=[DeliveryStatus.ACCEPTED, DeliveryStatus.PAID], target=DeliveryStatus.BOUNCED)
    def bounce(self) -> None:
        pass

    @transition(
        status,
        source=[*UNACKNOWLEDGED, DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED],
        target=DeliveryStatus.CANCELLED,
    )
    def cancel(self) -> None:
        """Nobody will pay it: called back before it was sent, or cancelled by the agency."""

    @transition(status, source="*", target=RETURN_VALUE(*DeliveryStatus))
    def repair(self, *, to: DeliveryStatus) -> DeliveryStatus:
        """What the agency answered when a person had it asked."""
        self.declined = False
        return to

    @property
    def attempt(self) -> int:
        """Which handoff of its application it is."""
        return int(self.instruction_id.rpartition("-")[2])

    @property
    def is_sent(self) -> bool:
        """Whether the agency may have it: what is not known counts as sent."""
        return self.sent_at is not None

    @property
    def is_certainly_not_there(self) -> bool:
        """Never sent, or not taken by the agency."""
        return not self.is_sent or (self.status == DeliveryStatus.HELD and self.declined)
