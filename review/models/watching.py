"""Who has a case open."""

from django.conf import settings
from django.db import models


class Watching(models.Model):
    """An officer looked at a case; shown to colleagues for a few minutes, and forgotten."""

    number = models.CharField("申请单号", max_length=24)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    PERSONAL = {"by": "who has the case open"}
    IMPERSONAL = "id number at"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "by"], name="one_look_per_officer_and_case")]

    def __str__(self):
        return self.number
