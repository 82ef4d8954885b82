"""抽查: decided cases that a second person looks at again, and what she found."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import TaxOffice
from foundation.evidence import as_it_came


class Verdict(models.TextChoices):
    """What the second look says of a decision."""

    FITS = "fits", "符合"
    WRONG = "wrong", "有问题"


class Sample(models.Model):
    """Drawn by chance, and by a number: the same number, office, scheme, days and size draw the same cases."""

    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+", verbose_name="税务机关")
    scheme = models.CharField("险种", max_length=20, blank=True)
    since = models.DateField("审核日期起")
    until = models.DateField("审核日期止")
    size = models.PositiveSmallIntegerField("件数")
    seed = models.PositiveIntegerField("抽样号")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField("抽取时间", auto_now_add=True)

    PERSONAL = {"drawn_by": "who is answerable for the second look"}
    IMPERSONAL = "id office scheme since until size seed drawn_at"

    class Meta:
        triggers = as_it_came(but="")
        indexes = [models.Index(fields=["-drawn_at", "-id"], name="samples_newest")]


class SampledCase(models.Model):
    """One case of a sample. What was found stands until the same person says otherwise."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="cases", db_index=False)
    position = models.PositiveSmallIntegerField()
    number = models.CharField("申请单号", max_length=24)
    verdict = models.CharField("结论", max_length=5, choices=Verdict, blank=True)
    words = models.CharField("说明", max_length=300, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField("复查时间", null=True)

    PERSONAL = {
        "verdict": "whether the decision was right",
        "words": "what was wrong with the decision",
        "seen_by": "who looked again",
    }
    IMPERSONAL = "id sample position number seen_at"

    class Meta:
        triggers = as_it_came(but="verdict words seen_by seen_at")
        constraints = [
            models.UniqueConstraint(fields=["sample", "position"], name="one_case_per_place_of_a_sample"),
            models.CheckConstraint(
                name="a_verdict_has_somebody_who_looked",
                condition=Q(verdict="", seen_by=None, seen_at=None)
                | (~Q(verdict="") & Q(seen_by__isnull=False, seen_at__isnull=False)),
            ),
            models.CheckConstraint(name="what_is_wrong_is_said", condition=~Q(verdict="wrong", words="")),
        ]
