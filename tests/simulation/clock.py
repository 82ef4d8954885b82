"""The clock of a world: it stands still until somebody lets time pass."""

from datetime import datetime, timedelta

from django.utils import timezone


class Clock:
    """What `timezone.now()` says, everywhere in the portal."""

    def __init__(self, monkeypatch):
        self.now: datetime = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def passes_until_the_night(self) -> None:
        """Three o'clock in Beijing, when yesterday is over for everybody."""
        today = timezone.localtime(self.now)
        night = today.replace(hour=3, minute=0)
        self.now = night if night > today else night + timedelta(days=1)
