"""What officers looked for by number, and which full numbers they were shown."""

from django.conf import settings
from django.db import models

from accounts.models import Person, TaxOffice
from foundation.evidence import as_it_came


class LookUpKind(models.TextChoices):
    """What a number that was looked for was."""

    NUMBER = "number", "申请单号"
    DOCUMENT = "document", "完整证件号码"
    PHONE = "phone", "完整手机号"
    END = "end", "号码后几位"
    OTHER = "other", "其他号码"
    MEMBER = "member", "批量内按完整证件号码"
    MEMBER_END = "member_end", "批量内按证件号码后 4 位"
    MEMBER_LIST = "member_list", "批量内按名单"


class LookUp(models.Model):
    """One search by a number; never the number itself. Only ever added."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField("按什么查", max_length=12, choices=LookUpKind)
    found = models.PositiveSmallIntegerField("查到几个")
    # Whether two searches were for the same, and whether one was for a number that is known, can be told; nothing else.
    sought = models.BinaryField(max_length=32)

    PERSONAL = {
        "by": "who is answerable for the search",
        "office": "of whoever searched; which auditors see it",
        "sought": "whether a known number was looked for; keyed hash",
    }
    IMPERSONAL = "id at kind found"

    class Meta:
        indexes = [
            models.Index(fields=["by", "-at"], name="look_up_by"),
            models.Index(fields=["office", "-at", "-id"], name="look_up_of_office"),
        ]
        triggers = as_it_came(but="")


class DisclosedField(models.TextChoices):
    """Which number of a case was shown in full, or that a paper with names and signatures was opened."""

    ID_NUMBER = "id_number", "证件号码"
    PHONE = "phone", "登记手机号"
    ACCOUNT = "account", "银行账号"
    CONTACT_PHONE = "contact_phone", "联系电话"
    PAPER = "paper", "扫描的纸质材料"


class Purpose(models.TextChoices):
    """What a full number is needed for."""

    CALLER = "caller", "电话核实本人"
    PAPERS = "papers", "与纸质材料核对"
    INQUIRY = "inquiry", "协查（填文号）"
    OTHER = "other", "其他（写明）"


class Disclosure(models.Model):
    """One number of a case that an officer was shown in full, of a batch that of one `person` in it. Only ever added."""

    number = models.CharField("申请单号", max_length=24, db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+", db_index=False)
    field = models.CharField("显示了什么", max_length=15, choices=DisclosedField)
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    words = models.CharField("说明", max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    PERSONAL = {
        "number": "whose number was shown",
        "person": "whose of a batch",
        "by": "who is answerable for having seen it",
        "words": "why it was needed; no numbers of a person in it",
    }
    IMPERSONAL = "id office field purpose at"
    SEALED_BY = ("id", "at")

    class Meta:
        indexes = [
            models.Index(fields=["by", "-at"], name="disclosure_by"),
            models.Index(fields=["office", "-at", "-id"], name="disclosure_of_office"),
        ]
        triggers = as_it_came(but="")

    @property
    def what(self) -> str:
        """What was shown, and whose of a batch."""
        whose = f"（{self.person.name}）" if self.person else ""
        return f"{self.get_field_display()}{whose}"
