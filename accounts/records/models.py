"""Each load of a feed, and the names it brought that are not the known ones."""

from django.db import models
from django.db.models import Q

from foundation import crypto, masks
from foundation.evidence import as_it_came, kept


class Renaming(models.TextChoices):
    """What became of another name for a known 证件号码."""

    WAITING = "waiting", "待核实"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不是改名"


@kept(fields="person old_name new_name state decided_by evidence", when="state")
class NameChange(models.Model):
    """姓名变更: a feed brought a known 证件号码 with another name. Rows with it are refused until somebody has seen the evidence."""

    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="name_changes")
    old_name = models.CharField("登记的姓名", max_length=80)
    new_name = models.CharField("新的姓名", max_length=80)
    seen_at = models.DateTimeField("首次出现", auto_now_add=True)
    seen_in = models.CharField("来自", max_length=60)
    state = models.CharField("处理结果", max_length=10, choices=Renaming, default=Renaming.WAITING)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    decided_at = models.DateTimeField("处理时间", null=True)
    evidence = models.CharField("依据", max_length=300, blank=True)

    PERSONAL = {
        "person": "whose name",
        "old_name": "what she was called",
        "new_name": "what the feed calls her",
        "decided_by": "who is answerable",
        "evidence": "what was seen",
    }
    IMPERSONAL = "id seen_at seen_in state decided_at"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "new_name"],
                condition=Q(state=Renaming.WAITING),
                name="one_open_change_to_a_name",
            ),
            models.CheckConstraint(
                name="a_decided_name_has_evidence",
                condition=Q(state=Renaming.WAITING, decided_by=None, decided_at=None)
                | (
                    ~Q(state=Renaming.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(evidence="")
                ),
            ),
        ]
        indexes = [models.Index("id", name="name_change_waiting", condition=Q(state=Renaming.WAITING))]

    def __str__(self) -> str:
        return f"{self.old_name} → {self.new_name}"


class Load(models.Model):
    """One load of a feed: which file, who, when, how many rows went where; the refused ones to download."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    feed = models.CharField("种类", max_length=40)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.CharField("加载人", max_length=60)
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", auto_now_add=True)
    read = models.PositiveIntegerField("行数")
    added = models.PositiveIntegerField("新增")
    updated = models.PositiveIntegerField("更新")
    unchanged = models.PositiveIntegerField("未变")
    refused = models.PositiveIntegerField("拒绝")
    notes = models.TextField("提示", blank=True)
    # FILE.rejected.csv as it was written: it holds full numbers, so it is sealed. Null where nothing was refused, or too much.
    rejected = crypto.EncryptedField("被拒绝的行", mask=masks.whole, null=True)

    PERSONAL = {
        "by": "who is answerable",
        "file_name": "which file; named by a person",
        "rejected": "the refused rows, to be corrected",
    }
    IMPERSONAL = "id feed sha256 started_at ended_at read added updated unchanged refused notes"

    class Meta:
        # The refused rows end before the record does.
        triggers = as_it_came(but="rejected")
        indexes = [models.Index(fields=["-ended_at", "-id"], name="loads_newest")]

    def __str__(self) -> str:
        return f"{self.file_name} {self.sha256[:8]}"


class Change(models.Model):
    """更改记录: what an administrator changed, who it was about, what it said before and says now."""

    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="谁")
    about = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="工作人员")
    what = models.CharField("改了什么", max_length=100)
    before = models.CharField("原来", max_length=200, blank=True)
    after = models.CharField("现在", max_length=200, blank=True)

    PERSONAL = {
        "by": "who is answerable",
        "about": "whose account was changed",
        "before": "what an account said",
        "after": "what it says now",
    }
    IMPERSONAL = "id at what"

    class Meta:
        triggers = as_it_came(but="")
        indexes = [models.Index(fields=["-at", "-id"], name="changes_newest")]

    def __str__(self) -> str:
        return self.what


class Removal(models.Model):
    """按期删除: what was removed in a night because its time was over. Never what it said."""

    at = models.DateTimeField("时间", auto_now_add=True)
    what = models.CharField("删除了什么", max_length=60)
    days = models.PositiveIntegerField("保存天数")
    number = models.PositiveIntegerField("条数")

    IMPERSONAL = "id at what days number"

    class Meta:
        triggers = as_it_came(but="")
        indexes = [models.Index(fields=["-at", "-id"], name="removals_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.number}"
