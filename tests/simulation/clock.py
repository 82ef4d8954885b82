"""The clock of a world: it stands still until somebody lets time pass."""

from datetime import datetime, timedelta

from django.utils import timezone


class Clock:
    """What `timezone.now()` says, everywhere in the portal."""

    def __init__(self, monkeypatch):
        monkeypatch.undo()  # of the world before
        # The next morning: what a seed tells does not depend on the hour at which it is run.
        morning = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
        self.now: datetime = morning + timedelta(days=1)
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def passes_until_the_night(self) -> None:
        """Three o'clock in Beijing, when yesterday is over for everybody."""
        today = timezone.localtime(self.now)
        night = today.replace(hour=3, minute=0)
        self.now = night if night > today else night + timedelta(days=1)
