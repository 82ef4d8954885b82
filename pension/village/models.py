"""What is kept of the clerks' work beside the batches themselves."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from foundation import crypto, masks
from foundation.evidence import as_it_came
from pension.village.lists.models import VillageUpload as VillageUpload


class Numbers:
    """What `pension.village.collectives.with_numbers` adds to a collective payment."""

    paid_people: int
    paid_amount: Decimal
    channel: str
    refundable: int
    applied: int
    refunded: int
    touched: int


class DraftClerk(models.Model):
    """A clerk who has the draft of a collective payment before her: since when, and when she last did something there."""

    collective = models.ForeignKey("pension.CollectivePayment", models.CASCADE, related_name="clerks", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField("开始办理")
    seen_at = models.DateTimeField("最近操作")
    changed_at = models.DateTimeField("最近修改", null=True)

    PERSONAL = {"user": "whom a colleague of the same village works beside"}
    IMPERSONAL = "id collective since seen_at changed_at"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collective", "user"], name="one_row_per_clerk_and_payment"),
        ]


class TakenOut(models.Model):
    """Whom 全部取消退费 has taken out of a draft last: one press puts them back."""

    collective = models.OneToOneField("pension.CollectivePayment", models.CASCADE, related_name="taken_out")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField("移出时间", auto_now=True)
    payments = ArrayField(models.BigIntegerField())

    PERSONAL = {"by": "who took them out", "payments": "whose payments, to be put back"}
    IMPERSONAL = "id collective at"


class Receipt(models.Model):
    """签收: a member has signed for her part of what the bank paid to the village with that attempt. When the bank takes the
    money back it is 退汇待重发, and what is paid anew is signed for anew."""

    line = models.OneToOneField("pension.PensionRefundLine", models.CASCADE, related_name="receipt")
    attempt = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField("登记时间")

    PERSONAL = {"line": "who has her money", "by": "who is answerable for the tick"}
    IMPERSONAL = "id attempt at"


class PaperKind(models.TextChoices):
    """What a scanned paper is, by its content."""

    PDF = "pdf", "PDF"
    JPG = "jpg", "JPG"
    PNG = "png", "PNG"


class SignedSheet(models.Model):
    """A signed page of a 签收表 as it was scanned, of what the bank paid with that attempt; `page` 0 is all of them in one file.
    Only ever added: the newest of a page counts, those before it are its history.
    """

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    refund = models.ForeignKey("pension.PensionRefund", models.PROTECT, related_name="signed_sheets", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    page = models.PositiveSmallIntegerField("第几页")
    # Who stood on it when it was sent; some of them may have lost their money since.
    lines = ArrayField(models.BigIntegerField())
    kind = models.CharField("格式", max_length=4, choices=PaperKind)
    size = models.PositiveIntegerField("大小")
    content = crypto.EncryptedField("签收表", mask=masks.whole)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField("上传时间", auto_now_add=True)

    PERSONAL = {
        "lines": "who stands on the sheet",
        "content": "names and signatures of those who have their money",
        "by": "who is answerable for the sheet",
    }
    IMPERSONAL = "id refund attempt page kind size at"

    class Meta:
        indexes = [models.Index(fields=["refund", "page", "-at"], name="signed_sheet_of_batch")]
        triggers = as_it_came(but="")
