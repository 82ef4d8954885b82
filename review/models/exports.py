"""What was taken out of the portal as a file, by whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation.evidence import as_it_came


class ExportKind(models.TextChoices):
    """What the file holds."""

    STATISTICS = "statistics", "统计"
    APPLICATIONS = "applications", "申请清单"
    SAMPLE = "sample", "抽查"


class ExportFormat(models.TextChoices):
    """How it is written."""

    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


class Export(models.Model):
    """One file, noted before the first line left. `rows` is unknown until the last one did."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("导出时间", auto_now_add=True)
    kind = models.CharField("内容", max_length=15, choices=ExportKind)
    format = models.CharField("格式", max_length=4, choices=ExportFormat)
    # What was chosen, in words; never a number of a person.
    words = models.CharField("范围", max_length=500)
    rows = models.PositiveIntegerField("行数", null=True)

    PERSONAL = {"by": "who took the data out"}
    IMPERSONAL = "id made_at kind format words rows"

    class Meta:
        triggers = as_it_came(but="rows")
        indexes = [models.Index(fields=["-made_at", "-id"], name="exports_newest")]


class ExportRequest(models.Model):
    """导出申请: somebody wants a file of more lines than one may take out alone; a second person agrees, or does not.

    It is good for the very list it names, once, within a day. `rows` is how many it had when it was asked for.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待同意"
        AGREED = "agreed", "已同意"
        REFUSED = "refused", "未同意"
        TAKEN = "taken", "已导出"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    office = models.ForeignKey("accounts.TaxOffice", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    # Which list, as the page's address says it; and in words.
    query = models.CharField(max_length=1000, blank=True)
    words = models.CharField("范围", max_length=500)
    rows = models.PositiveIntegerField("行数")
    why = models.CharField("用途", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="同意人"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    PERSONAL = {
        "by": "who takes the data out",
        "query": "which list; may name a village or a person's key",
        "why": "what it is for",
        "answered_by": "who is answerable beside her",
    }
    IMPERSONAL = "id office asked_at words rows state answered_at"

    class Meta:
        triggers = as_it_came(but="state answered_by answered_at")
        constraints = [
            models.CheckConstraint(
                name="an_export_is_agreed_to_by_a_second_person",
                condition=Q(answered_by=None, answered_at=None, state="waiting")
                | (
                    Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answered_by=F("by"))
                    & ~Q(state="waiting")
                ),
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="export_requests_newest")]

    def __str__(self) -> str:
        return f"{self.words} {self.rows}"
