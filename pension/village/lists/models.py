"""What is kept of a list that a clerk sent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation import crypto, masks


class VillageUpload(models.Model):
    """What became of the newest list a clerk sent for a collective payment: lines `read`, of which `ready` are in the draft.

    The lines to be corrected hold full numbers, so `problems` (JSON) is sealed; the next upload takes its place.
    """

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    collective = models.OneToOneField("pension.CollectivePayment", models.CASCADE, related_name="upload")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", auto_now_add=True)
    read = models.PositiveIntegerField("读到行数")
    ready = models.PositiveIntegerField("可提交")
    added = models.PositiveIntegerField("新加入")
    # Found by the upload it belongs to.
    problems = crypto.EncryptedField("需修改的行", mask=masks.whole)

    PERSONAL = {"by": "who sent the list", "problems": "the lines to be corrected, until the next list"}
    IMPERSONAL = "id collective at read ready added"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="upload_lines_add_up", condition=Q(read__gte=F("ready")) & Q(ready__gte=F("added"))
            ),
        ]

    @property
    def bad(self) -> int:
        """需修改."""
        return self.read - self.ready
