"""参保年度: which years may be refunded here, and which is the current one (M2-04)."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from refunds.parameters import values


def current(today: date | None = None) -> int:
    """The year that is being paid for: from 1 September the next one (I-38)."""
    today = today or timezone.localdate()
    return today.year + (today.month >= values.whole("medical-year-month", today))


def offered(today: date | None = None) -> list[int]:
    """From the current year back to the first that this function covers."""
    return list(range(current(today), settings.MEDICAL_FIRST_YEAR - 1, -1))
