"""Tables that an administrator keeps: which days are worked, and what a year's contribution could be."""

from django.db import models


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
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}"
