"""What officers concluded from the warnings of the machine."""

import pgtrigger
from django.conf import settings
from django.db import models


class CheckAnswer(models.Model):
    """The answer to one warning, and the evidence it answers: other evidence is another question."""

    number = models.CharField("申请单号", max_length=24, db_index=True)
    code = models.CharField(max_length=20)
    rule = models.CharField("核对项", max_length=40)
    evidence = models.TextField("依据")
    choice = models.CharField(max_length=20)
    said = models.CharField("结论", max_length=60, blank=True)
    words = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    PERSONAL = {
        "evidence": "what the officer was asked about",
        "words": "the officer's own words; no numbers in it",
        "by": "who is answerable",
    }
    IMPERSONAL = "id number code rule choice said at"

    class Meta:
        triggers = [pgtrigger.Protect(name="answered_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return "：".join(filter(None, [self.said, self.words]))
