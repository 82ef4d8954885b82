"""What is kept of a form that was not taken."""

from django.conf import settings
from django.db import models

from foundation import crypto


class KeptForm(models.Model):
    """The answers of one form, for one account only, for a short time. No file and no password is among them."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Where it was sent, and the page it stood on.
    path = models.CharField(max_length=300)
    page = models.TextField()
    said = crypto.EncryptedField()
    at = models.DateTimeField(db_index=True)

    PERSONAL = {"user": "who typed it; nobody else is shown it", "said": "what she typed, so that she need not again"}
    IMPERSONAL = "id path page at"
