"""What an agency says: one row per message, and per answer to a question."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from foundation import crypto, masks
from foundation.evidence import as_it_came


class Event(models.TextChoices):
    """What an agency reports (design.md section 7)."""

    ACCEPTED = "accepted", "核验通过"
    REFUSED = "refused", "核验退回"
    PAID = "paid", "银行已退付"
    BOUNCED = "bounced", "银行退付失败"
    CANCELLED = "cancelled", "已取消，不会退付"


class Effect(models.TextChoices):
    """What became of a message."""

    FOLLOWED = "followed", "已采用"
    REPEATED = "repeated", "重复，没有新内容"
    KEPT = "kept", "核实期间收到，待核实后采用"
    CONTRADICTED = "contradicted", "与其他结果矛盾"
    UNKNOWN = "unknown", "系统不认识，已交人工"


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
    # In the agency's own order, whatever order they come in.
    sequence = models.PositiveIntegerField(default=0)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2, null=True)
    occurred_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    paid_on = models.DateField(null=True)
    # Lines of a batch that the agency returned: reason by ticket number.
    returned = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    effect = models.CharField(max_length=15, choices=Effect, blank=True)

    PERSONAL = {"reason": "the agency's words for the applicant", "amount": "how much it is about"}
    IMPERSONAL = "id agency message_id digest instruction_id event sequence occurred_at paid_on returned received_at applied_at effect"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "message_id"], name="one_row_per_message"),
        ]
        indexes = [
            models.Index(fields=["instruction_id", "sequence"]),
            models.Index("received_at", name="callback_unapplied", condition=Q(applied_at=None)),
        ]
        triggers = as_it_came(but="applied_at effect")


class Inquiry(models.Model):
    """向对方核实: a person had an agency asked about one instruction, and this is what it answered: by the wire, or by a letter that
    one officer enters and that counts once another has confirmed it. Holds no personal data."""

    agency = models.CharField(max_length=20)
    instruction_id = models.CharField(max_length=30)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    # One of Event; "received" before the first of them; "unknown" when it never had it; empty without an answer.
    state = models.CharField(max_length=20, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2, null=True)
    reason = models.CharField(max_length=300, blank=True)
    paid_on = models.DateField(null=True)
    returned = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=40, blank=True)
    answer = models.CharField("应答", max_length=200)
    # The answer that settled a dispute: what was said up to its sequence counts no more.
    settled = models.BooleanField(default=False)
    # 书面答复: the letter's number and who signed it, and who compared the two. Empty for what came by the wire.
    letter = models.CharField("来函文号和经办人", max_length=100, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, db_index=False)
    # What really left the bank, where that is not the instruction's: the difference is an item of its own.
    actual_amount = models.DecimalField("实际退付金额", max_digits=12, decimal_places=2, null=True)

    PERSONAL = {
        "asked_by": "who asked, or entered the letter",
        "confirmed_by": "two persons for what only a letter says",
        "letter": "which letter, and whose",
        "reason": "the agency's words",
        "amount": "how much it is about",
        "actual_amount": "how much was really paid",
    }
    IMPERSONAL = "id agency instruction_id asked_at state sequence paid_on returned occurred_at receipt answer settled"

    class Meta:
        indexes = [models.Index(fields=["instruction_id", "id"])]
        triggers = as_it_came(but="settled confirmed_by")

    @property
    def paid_amount(self) -> Decimal:
        """What left the bank, in yuan."""
        return (self.amount if self.actual_amount is None else self.actual_amount) or Decimal()

    @property
    def difference(self) -> Decimal:
        """How much more left the bank than the instruction says, in yuan; below zero for less."""
        return self.paid_amount - (self.amount or Decimal())


class RefusedMessage(models.Model):
    """Signed rightly and yet refused: kept whole and sealed, so that an operator can read what the agency meant."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    agency = models.CharField(max_length=20)
    message_id = models.TextField()
    digest = models.BinaryField(max_length=32)
    # What it is about, as far as it could be read; `number` and `office` where that is one of our instructions.
    instruction_id = models.CharField(max_length=30, blank=True)
    number = models.CharField(max_length=24, blank=True)
    office = models.ForeignKey("accounts.TaxOffice", models.PROTECT, null=True, related_name="+", db_index=False)
    body = crypto.EncryptedField(mask=masks.whole)
    why = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)

    PERSONAL = {"body": "the message as it came, for an operator to read"}
    IMPERSONAL = "id agency message_id digest instruction_id number office why received_at"

    class Meta:
        constraints = [
            # An agency that repeats it for days fills no table.
            models.UniqueConstraint(fields=["agency", "digest", "why"], name="one_row_per_refused_body"),
        ]
        indexes = [
            # Their keys are in the order of time.
            models.Index(fields=["office", "-id"], name="refused_of_office"),
            models.Index(fields=["agency", "instruction_id", "-id"], name="refused_of_instruction"),
        ]
        triggers = as_it_came(but="")


class ResultsFile(models.Model):
    """A file of results, signed once: kept sealed as it came, read and applied line by line. Every line that has been read is counted
    as exactly one of `taken`, `known` and `refused`; a line without a character is none."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    agency = models.CharField(max_length=20)
    message_id = models.CharField(max_length=255)
    # Of the body as it came.
    digest = models.BinaryField(max_length=32)
    # Packed (gzip), byte by byte as text.
    body = crypto.EncryptedField(mask=masks.whole)
    received_at = models.DateTimeField(auto_now_add=True)
    # How far it has been read, as lines of the file, blank ones too: from here a killed worker goes on.
    position = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    PERSONAL = {"body": "the file as it came: what is not applied yet exists nowhere else"}
    IMPERSONAL = "id agency message_id digest received_at position lines taken known refused finished_at"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "message_id"], name="one_row_per_results_file"),
            models.CheckConstraint(
                condition=Q(lines=F("taken") + F("known") + F("refused")), name="every_line_of_results_counted_once"
            ),
        ]
        indexes = [models.Index("received_at", name="results_unfinished", condition=Q(finished_at=None))]
        triggers = as_it_came(but="position lines taken known refused finished_at")
