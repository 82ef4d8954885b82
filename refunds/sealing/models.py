"""The seals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from foundation.evidence import as_it_came


class Seal(models.Model):
    """The rows that a history table got on one day, as they were when the day was closed. Only ever added.

    A range of keys, not of times: once its end is settled no row can come into it any more, however late one is loaded and
    whatever time it claims.
    """

    history = models.CharField(max_length=63)
    day = models.DateField()
    # Keys beyond the first and up to the second.
    after_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.BigIntegerField()
    # What was sealed of each row, so that a column that is added later breaks nothing.
    columns = ArrayField(models.CharField(max_length=63))
    # Of the rows in their order; and of all this together with the chain of the day before.
    digest = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(auto_now_add=True)

    IMPERSONAL = "id history day after_id last_id rows columns digest chain sealed_at"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["history", "day"], name="one_seal_per_day_and_history")]
        triggers = as_it_came(but="")
