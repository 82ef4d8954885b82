"""书面答复 as two officers enter and confirm it: what its tests type, and the trouble that they type it for."""

from django.utils import timezone

from handoff.models import WorkItemKind
from tests.handoff.desk import order
from tests.reports import report
from tests.review.desk import handed_off, item_of, press

LETTER = "汉社保函〔2026〕12 号，李明"


def state(refund):
    refund = type(refund).objects.get(pk=refund.pk)
    return refund.refund_status, refund.disputed


def today():
    return timezone.localdate().isoformat()


def written(refund, event, attempt=None, **said):
    """What the officer types about one handoff."""
    named = f"{refund.number}-{attempt or refund.attempt}"
    return {f"{named}-{name}": value for name, value in ({"state": event} | said).items()}


def enter(user, item, *parts, **changes):
    typed = {"letter": LETTER, "dated": today()} | changes
    for part in parts:
        typed |= part
    return press(user, item, "letter", **typed)


def paid_otherwise(cast, agency):
    """(application, item): it paid 180 instead of 200, says so each time, and cannot be asked either."""
    refund = handed_off(cast, amount="200")
    report(refund.number, events=["accepted"])
    report(refund.number, events=["paid"], amount="180.00")
    order(agency, "takes_no_questions")
    return refund, item_of(refund, WorkItemKind.CONTRADICTION)
