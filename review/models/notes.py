"""Internal notes: for colleagues, never for the applicant."""

import pgtrigger
from django.conf import settings
from django.db import models


class Note(models.Model):
    """内部备注 on an application."""

    number = models.CharField("申请单号", max_length=24, db_index=True)
    text = models.CharField("备注", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    PERSONAL = {"text": "what colleagues should know; no numbers in it", "by": "who is answerable"}
    IMPERSONAL = "id number at"

    class Meta:
        triggers = [pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.text
