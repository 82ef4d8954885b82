"""One rating of one application, and how many of each an office had in a month."""

from django.db import models

from accounts.models import TaxOffice, User
from foundation.evidence import as_it_came


class Grade(models.IntegerChoices):
    """The five of 政务服务好差评."""

    VERY_GOOD = 5, "非常满意"
    GOOD = 4, "满意"
    FAIR = 3, "基本满意"
    BAD = 2, "不满意"
    VERY_BAD = 1, "非常不满意"


class Rating(models.Model):
    """好差评 of one application, by whoever applied. Given once, and never changed."""

    number = models.CharField("申请单号", max_length=24, unique=True)
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评价人")
    grade = models.PositiveSmallIntegerField("评价", choices=Grade)
    words = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("评价时间", auto_now_add=True)

    PERSONAL = {"by": "who rated", "words": "what she wants to be done better"}
    IMPERSONAL = "id number office grade at"

    class Meta:
        triggers = as_it_came(but="")
        constraints = [
            models.CheckConstraint(name="a_grade_is_one_of_five", condition=models.Q(grade__in=Grade.values)),
        ]
        indexes = [models.Index(fields=["office", "-id"], name="rating_of_office")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_grade_display()}"


class RatingCount(models.Model):
    """How many ratings of one grade an office had in one month: what 统计 adds up instead of counting."""

    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField(max_length=20)
    month = models.DateField()
    grade = models.PositiveSmallIntegerField(choices=Grade)
    count = models.PositiveIntegerField(default=0)

    IMPERSONAL = "id office scheme month grade count"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "scheme", "month", "grade"], name="one_count_of_a_grade"),
        ]
