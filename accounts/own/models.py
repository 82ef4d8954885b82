"""What is kept for the owner of an account: what she agreed to, which phone was hers, and what she asked to have corrected."""

from django.db import models
from django.db.models import Q

from foundation import crypto, masks
from foundation.evidence import as_it_came


class Agreed(models.TextChoices):
    """What one agrees to, each by itself (PIPL 14, 29)."""

    NOTICE = "notice", "隐私说明"
    ACCOUNT = "account", "银行账号的处理"


class Consent(models.Model):
    """同意: who agreed to which version of what, when and from where. Never changed; another version is another row."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="consents", verbose_name="谁")
    to = models.CharField("同意的内容", max_length=10, choices=Agreed)
    version = models.CharField("版本", max_length=10)
    given_at = models.DateTimeField("时间", auto_now_add=True)
    address = models.GenericIPAddressField("网络地址", null=True)

    PERSONAL = {"user": "who agreed", "address": "showing that it was she"}
    IMPERSONAL = "id to version given_at"

    class Meta:
        triggers = as_it_came(but="")
        constraints = [models.UniqueConstraint(fields=["user", "to", "version"], name="agreed_to_once")]

    def __str__(self) -> str:
        return f"{self.get_to_display()} {self.version}"


class PhoneChange(models.Model):
    """换手机号: by herself with a code to both phones, or by an officer who has seen her and her paper."""

    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="phone_changes", verbose_name="谁的")
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="经办")
    evidence = models.CharField("依据", max_length=100)
    # As far as it may be shown; the whole new one is the person's.
    old = models.CharField("原手机号", max_length=20, blank=True)
    new = models.CharField("新手机号", max_length=20)
    # A feed that still says the phone she has left does not bring it back.
    left_index = models.BinaryField(max_length=32, null=True)

    PERSONAL = {
        "person": "whose phone",
        "by": "who is answerable",
        "old": "which phone it was; masked",
        "new": "which phone it is; masked",
        "evidence": "what was seen",
        "left_index": "a feed does not bring it back; keyed hash",
    }
    IMPERSONAL = "id at"

    class Meta:
        triggers = as_it_came(but="")
        indexes = [models.Index(fields=["person", "-at"], name="phone_changes_of_person")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class CorrectionOf(models.TextChoices):
    """What is wrong in one's record."""

    NAME = "name", "姓名"
    NUMBER = "number", "证件类型或证件号码"
    PAYMENT = "payment", "缴费记录"
    OTHER = "other", "其他信息"


class Correction(models.Model):
    """更正申请 (PIPL 46): what she says is wrong, and what came of it."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="corrections", verbose_name="谁")
    of = models.CharField("更正内容", max_length=10, choices=CorrectionOf)
    words = crypto.EncryptedField("说明", mask=masks.in_text)
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)

    PERSONAL = {
        "user": "whose record",
        "words": "what is wrong; sealed, because numbers stand in it",
        "answer": "what came of it",
        "answered_by": "who is answerable",
    }
    IMPERSONAL = "id of asked_at answered_at"

    class Meta:
        triggers = as_it_came(but="answer answered_by answered_at")
        constraints = [
            models.CheckConstraint(
                name="an_answer_to_a_correction_is_somebodys",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            )
        ]
        indexes = [
            models.Index("id", name="corrections_waiting", condition=Q(answered_at=None)),
            models.Index(fields=["user", "-asked_at"], name="corrections_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_of_display()} {self.asked_at:%Y-%m-%d}"
