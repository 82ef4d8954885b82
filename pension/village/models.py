"""What is kept of the clerks' work beside the batches themselves."""

from django.conf import settings
from django.db import models

from pension.village.lists.models import VillageUpload as VillageUpload


class DraftClerk(models.Model):
    """A clerk who has the draft of a collective payment before her: since when, and when she last did something there."""

    collective = models.ForeignKey("pension.CollectivePayment", models.CASCADE, related_name="clerks", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField("开始办理")
    seen_at = models.DateTimeField("最近操作")

    PERSONAL = {"user": "whom a colleague of the same village works beside"}
    IMPERSONAL = "id collective since seen_at"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collective", "user"], name="one_row_per_clerk_and_payment"),
        ]
