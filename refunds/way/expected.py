"""By when each station should be done: 税务审核 by its 参考时限, the agency and the bank by what is usual for them (settings)."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from refunds.models import RefundApplication
from refunds.parameters import calendar
from refunds.states import RefundStatus

AT_AGENCY = (RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING)


@dataclass(frozen=True)
class Expected:
    """The days by which the stations that are not done yet should be; None where nobody can say."""

    tax: date | None = None
    agency: date | None = None
    bank: date | None = None

    @property
    def now(self) -> date | None:
        """Of the station that is going on."""
        return self.tax or self.agency or self.bank


def expected(refund: RefundApplication) -> Expected:
    """Nothing is promised while the clock stands, or while the next move is the applicant's. What is late already is reckoned from
    today for those who come after."""
    status = refund.refund_status
    if refund.disputed or refund.corrected:
        return Expected()
    if status == RefundStatus.APPLIED:
        return Expected() if refund.paused_on or not refund.due_on else _from_tax(refund, refund.due_on)
    since = refund.moved_on or timezone.localdate(refund.decided_at)
    if status in AT_AGENCY:
        agency = calendar.after(since, _agency_days(refund))
        return Expected(agency=agency, bank=_after(agency, settings.BANK_WORKING_DAYS))
    if status == RefundStatus.PAYING:
        return Expected(bank=calendar.after(since, settings.BANK_WORKING_DAYS))
    return Expected()


def late_by(day: date | None) -> int:
    """Working days since it should have been done; 0 while it is in time."""
    return max(0, -calendar.left(day)) if day else 0


def _from_tax(refund: RefundApplication, due: date) -> Expected:
    agency = _after(due, _agency_days(refund))
    return Expected(tax=due, agency=agency, bank=_after(agency, settings.BANK_WORKING_DAYS))


def _after(day: date, working_days: int) -> date:
    return calendar.after(max(day, timezone.localdate()), working_days)


def _agency_days(refund: RefundApplication) -> int:
    days: int = settings.AGENCIES[refund.scheme.agency]["working_days"]
    return days
