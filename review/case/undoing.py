"""收回决定: how long whoever decided may still take it back."""

from datetime import timedelta
from math import floor

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone

from refunds import actions
from refunds.parameters import values


def seconds_left(refund, *, by) -> int:
    """In which this officer may take back the decision; 0 when it is not hers, or too late."""
    if refund.decided_at is None or actions.why_no_undo(refund, by=by):
        return 0
    until = refund.decided_at + timedelta(seconds=values.whole("grace-seconds", timezone.localdate(refund.decided_at)))
    return max(0, floor((until - timezone.now()).total_seconds()))


def say(request, sentence: str, refund) -> None:
    """Say what was decided, and how long and where it can be taken back."""
    seconds = seconds_left(refund, by=request.user)
    if not seconds:
        messages.success(request, sentence)
        return
    address = f"{reverse('review:case', args=[refund.number])}#undo"
    messages.success(request, f"{sentence}在 {seconds} 秒内、发给对方之前，可以", extra_tags=f"收回决定 {address}")
