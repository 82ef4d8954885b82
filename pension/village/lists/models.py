"""What is kept of a list that a clerk sent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation import crypto, masks


class VillageUpload(models.Model):
    """What became of the newest list a clerk sent for a collective payment: of the rows `read`, `ready` are in the draft,
    `aside` wait for the clerk's word, and the others are to be corrected.

    The rows hold full numbers, so `problems` and `rest` (JSON) are sealed; the next upload takes their place.
    """

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    collective = models.OneToOneField("pension.CollectivePayment", models.CASCADE, related_name="upload")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", auto_now_add=True)
    read = models.PositiveIntegerField("读到行数")
    ready = models.PositiveIntegerField("可提交")
    added = models.PositiveIntegerField("新加入")
    aside = models.PositiveIntegerField("暂未加入", default=0)
    # Found by the upload it belongs to.
    problems = crypto.EncryptedField("需修改的行", mask=masks.whole)
    # None where the list came before anything was kept of it.
    rest = crypto.EncryptedField("暂未加入的行和文件名", mask=masks.whole, null=True)

    PERSONAL = {
        "by": "who sent the list",
        "problems": "the lines to be corrected, until the next list",
        "rest": "the rows the clerk has to decide on, until the next list",
    }
    IMPERSONAL = "id collective at read ready added aside"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="upload_lines_add_up",
                condition=Q(read__gte=F("ready") + F("aside")) & Q(ready__gte=F("added")),
            ),
        ]

    @property
    def bad(self) -> int:
        """需修改."""
        return self.read - self.ready - self.aside
