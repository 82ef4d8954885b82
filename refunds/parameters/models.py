"""Tables that an administrator keeps: which days are worked, and what a year's contribution could be."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.evidence import as_it_came


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend that is worked (国务院办公厅节假日安排的通知).

    `verified` once the State Council has published the year; a year without a verified day is estimated.
    """

    day = models.DateField("日期", primary_key=True)
    works = models.BooleanField("上班")
    name = models.CharField("说明", max_length=20)
    verified = models.BooleanField("已核对", default=False)

    IMPERSONAL = "day works name verified"

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.name}"


class YearAmount(models.Model):
    """What one person's contribution of a year could come to, in yuan, both bounds included (domain.md B4)."""

    scheme = models.CharField("险种", max_length=20)
    year = models.PositiveSmallIntegerField("年度")
    lowest = models.DecimalField("最低", max_digits=12, decimal_places=2)
    highest = models.DecimalField("最高", max_digits=12, decimal_places=2)
    verified = models.BooleanField("已核对", default=False)

    IMPERSONAL = "id scheme year lowest highest verified"

    class Meta:
        ordering = ["scheme", "year"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "year"], name="one_amount_per_scheme_and_year"),
            models.CheckConstraint(
                name="year_amounts_run_upward",
                condition=models.Q(lowest__gt=0, highest__gte=models.F("lowest")),
                violation_error_message="最低应大于 0，且不高于最高。请改正。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}"


class ParameterValue(models.Model):
    """A value that holds from a day on, until a later one does. Never edited: what has not begun yet is cancelled."""

    code = models.CharField("参数", max_length=40)
    value = models.DecimalField("值", max_digits=12, decimal_places=2)
    from_day = models.DateField("从哪天起")
    basis = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁定的")
    set_at = models.DateTimeField("时间", auto_now_add=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField("取消时间", null=True)

    PERSONAL = {"set_by": "who is answerable", "cancelled_by": "who is answerable"}
    IMPERSONAL = "id code value from_day basis set_at cancelled_at"

    class Meta:
        ordering = ["code", "-from_day"]
        triggers = as_it_came(but="cancelled_by cancelled_at")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "from_day"], condition=Q(cancelled_at=None), name="one_value_of_a_parameter_and_day"
            ),
            models.CheckConstraint(
                name="who_cancelled_a_value_is_known",
                condition=Q(cancelled_by=None, cancelled_at=None)
                | Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.from_day.isoformat()}"
