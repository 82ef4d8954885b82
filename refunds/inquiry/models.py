"""What is kept of a look-up that found nothing (`refunds.inquiry.doors`)."""

from django.db import models


class WrongTry(models.Model):
    """One look-up without a sign-in that found nothing. Kept for a day; neither the number nor the address itself."""

    number_index = models.BinaryField(max_length=32)
    address_index = models.BinaryField(max_length=32)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    PERSONAL = {"address_index": "from where it was tried; keyed hash"}
    IMPERSONAL = "id number_index at"

    class Meta:
        indexes = [
            models.Index(fields=["number_index", "at"], name="wrong_try_of_number"),
            models.Index(fields=["address_index", "at"], name="wrong_try_of_address"),
        ]
