"""收回决定: how long whoever decided may still take it back."""

from datetime import timedelta
from math import floor

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from refunds import actions


def seconds_left(refund, *, by) -> int:
    """In which this officer may take back the decision; 0 when it is not hers, or too late."""
    if refund.decided_at is None or actions.why_no_undo(refund, by=by):
        return 0
    until = refund.decided_at + timedelta(seconds=settings.DECISION_GRACE_SECONDS)
    return max(0, floor((until - timezone.now()).total_seconds()))


def with_way_back(sentence: str, refund, *, by) -> str:
    """What was decided, and where it is taken back while that can be done."""
    seconds = seconds_left(refund, by=by)
    if not seconds:
        return sentence
    case = f"{reverse('review:case', args=[refund.number])}#undo"
    return format_html('{}在 {} 秒内、发给对方之前，可以<a href="{}">收回决定</a>。', sentence, seconds, case)
