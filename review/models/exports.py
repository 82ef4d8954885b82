"""What was taken out of the portal as a file, by whom."""

from django.conf import settings
from django.db import models

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
