"""Whether an agency can be reached."""

from django.db import models


class Reach(models.Model):
    """One row per agency that has ever failed to answer. `failing_since` is empty while it answers."""

    agency = models.CharField(max_length=20, primary_key=True)
    failing_since = models.DateTimeField(null=True)
    # In a row; the more there were, the longer until one job tries again for all of them.
    failures = models.PositiveIntegerField(default=0)
    probe_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=200, blank=True)

    IMPERSONAL = "agency failing_since failures probe_at last_answer"
