"""What the machines cannot settle between themselves: one row for a person to look at."""

from django.db import models
from django.db.models import Q

from foundation.evidence import as_it_came, kept


class WorkItemKind(models.TextChoices):
    """What the machines cannot settle between themselves."""

    HELD = "held", "移交被对方拒收"
    UNANSWERED = "unanswered", "移交多次没有回执"
    SILENT = "silent", "对方接收后一直没有结果"
    CONTRADICTION = "contradiction", "对方回传的结果互相矛盾"
    UNKNOWN_INSTRUCTION = "unknown_instruction", "对方回传了未知的指令"
    UNKNOWN_EVENT = "unknown_event", "对方回传了未知的结果"
    UNREADABLE = "unreadable", "对方回传的消息不能读取"
    CHANGED_MESSAGE = "changed_message", "对方用同一编号发来不同的消息"
    JOB_FAILED = "job_failed", "后台作业没有完成"
    AGENCY_DOWN = "agency_down", "对方系统不可用"
    OVERPAID = "overpaid", "多付，待收回"
    UNDERPAID = "underpaid", "少付，待补付"
    CORRECTED = "corrected", "缴费记录有更正"
    RECONCILIATION = "reconciliation", "对账不一致"


class Proposal(models.TextChoices):
    """What one officer may ask for and only another may do."""

    SETTLE = "settle", "按核实结果更正"
    STOP = "stop", "请求停付"
    RECALL = "recall", "撤回移交"
    LETTER = "letter", "按书面答复更正"


@kept(
    fields="kind agency instruction_id number detail closed_at closed_by note proposal proposed_by amount_due amount_back",
    when="closed_at proposal amount_due amount_back",
)
class WorkItem(models.Model):
    """Something a person must look at. Closed with a note, never deleted."""

    kind = models.CharField(max_length=20, choices=WorkItemKind)
    agency = models.CharField(max_length=20)
    instruction_id = models.CharField(max_length=30)
    number = models.CharField(max_length=24, blank=True)
    office = models.ForeignKey("accounts.TaxOffice", models.PROTECT, null=True)
    detail = models.TextField()
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True)
    note = models.CharField(max_length=200, blank=True)
    # A verb that needs a second officer, and who asks for it.
    proposal = models.CharField(max_length=10, choices=Proposal, blank=True)
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(null=True)
    # 多付: what has to come back, and what did.
    amount_due = models.DecimalField("应收回金额", max_digits=12, decimal_places=2, null=True)
    amount_back = models.DecimalField("已收回金额", max_digits=12, decimal_places=2, null=True)

    PERSONAL = {
        "closed_by": "who dealt with it",
        "note": "how it was dealt with",
        "detail": "what is wrong",
        "proposed_by": "two persons for what cannot be taken back",
        "amount_due": "how much was paid twice",
        "amount_back": "how much came back",
    }
    IMPERSONAL = "id kind agency instruction_id number office opened_at closed_at proposal proposed_at"

    class Meta:
        constraints = [
            # The same trouble reported again is still one thing to look at.
            models.UniqueConstraint(
                fields=["agency", "kind", "instruction_id"],
                condition=Q(closed_at=None),
                name="one_open_item_per_trouble",
            ),
        ]
        indexes = [
            models.Index("office", "id", name="workitem_open", condition=Q(closed_at=None)),
            # What settled itself is shown until the next day.
            models.Index("closed_at", name="workitem_settled_itself", condition=Q(closed_by=None)),
            models.Index("number", name="workitem_of_application", condition=Q(closed_at=None)),
        ]
        triggers = as_it_came(
            but="detail closed_at closed_by note proposal proposed_by proposed_at amount_due amount_back"
        )
