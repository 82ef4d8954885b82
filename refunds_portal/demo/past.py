"""When the neighbours applied: over the last weeks, so that a queue has cases that are overdue, nearly due and far from it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import pgtrigger
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.utils import timezone

from foundation.numbers import check_digit
from inbox.models import Message, Question
from refunds import schemes
from refunds.parameters import calendar
from refunds.states import ReviewStatus

# So many working days ago, in turn. One has 30 for a decision: the first two are late, the next ones nearly.
AGES = (33, 21, 9, 31, 26, 4, 30, 18, 2, 29, 24, 12, 27, 16, 6, 28, 14, 0, 22, 1)
OPENS = time(8, 30)


def spread() -> None:
    """Called once, after everybody has applied and before anybody looks. What is decided already stays today's."""
    for scheme in schemes.every():
        waiting = scheme.model.objects.filter(review_status=ReviewStatus.PENDING, applicant__isnull=False)
        history = scheme.model.events.rel.related_model
        # History is never changed; here it is written once more before the demo begins.
        with pgtrigger.ignore(f"{history._meta.label}:append_only"):
            _move(waiting.order_by("office_id", "id"), history)


def _move(refunds: Iterable[Any], history: Any) -> None:
    for position, refund in enumerate(refunds):
        before, at = refund.number, _moment(AGES[position % len(AGES)], position)
        refund.number, due = _number(before, at), calendar.deadline(at).day
        told = Replace(F("body"), Value(refund.due_on.isoformat()), Value(due.isoformat()))
        type(refund).objects.filter(pk=refund.pk).update(number=refund.number, submitted_at=at, due_on=due)
        history.objects.filter(pgh_obj=refund.pk).update(number=refund.number, pgh_created_at=at)
        Message.objects.filter(number=before).update(number=refund.number, created_at=at, body=told)
        Question.objects.filter(about=before).update(about=refund.number)


def _moment(working_days: int, position: int) -> datetime:
    """So many working days ago, within the hours in which people apply; never later than now."""
    opened = datetime.combine(_back(working_days), OPENS, timezone.get_current_timezone())
    return min(opened + timedelta(minutes=position * 37 % 540), timezone.now())


def _back(working_days: int) -> date:
    """The working day after which so many have passed by today."""
    day = timezone.localdate()
    while working_days or not calendar.is_working_day(day):
        working_days -= bool(working_days) and calendar.is_working_day(day)
        day -= calendar.ONE_DAY
    return day


def _number(number: str, at: datetime) -> str:
    """The number it would have had then: the sequence stays, the day and the check digit follow."""
    digits = f"{timezone.localdate(at):%Y%m%d}{number[-7:-1]}"
    return f"{number[:-15]}{digits}{check_digit(digits)}"
