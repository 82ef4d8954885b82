"""Telling the applicant: a message in the transaction of the change, so that what is rolled back was never said."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Subquery

from inbox.kinds import DECISIONS, DONE, UNTOLD, Segment, segment_of
from inbox.models import Message
from inbox.sentences import render
from inbox.sms import outbox
from refunds.models import RefundApplication
from refunds.states import Queue


def tell(sender: type, refunds: Sequence[RefundApplication], action: str, **_signal: object) -> None:
    """Receiver of `refunds.actions.changed`. One statement, and one more for what goes out as SMS; saying it again adds nothing."""
    if action in UNTOLD:
        return
    _settle(refunds, action)
    told = [_message(refund, action) for refund in refunds]
    Message.objects.bulk_create(told, ignore_conflicts=True)
    if numbers := [message.number for message in told if message.sms]:
        outbox.add(numbers, action)


def _settle(refunds: Sequence[RefundApplication], action: str) -> None:
    """What was said before and holds no more: a decision that was taken back, and what is not to be done any more."""
    if action == "undo":
        numbers = [refund.number or "" for refund in refunds]
        Message.objects.all().take_back(numbers, DECISIONS)
        outbox.revoke(numbers)
    elif action in DONE:
        done = [refund.number for refund in refunds if not _waits_for_applicant(refund)]
        Message.objects.filter(number__in=done, segment=Segment.TO_DO).update(segment=Segment.PROGRESS)


def _waits_for_applicant(refund: RefundApplication) -> bool:
    return refund.queue == Queue.CORRECTION or bool(refund.corrected and refund.can_withdraw)


def _message(refund: RefundApplication, action: str) -> Message:
    assert refund.number, "what is told was submitted"
    said = render(refund, action)
    return Message(
        person_id=refund.applicant_id,
        organisation_id=refund.organisation_id,
        kind=action,
        number=refund.number,
        event=Subquery(_newest(refund, action)),
        segment=segment_of(said.kind),
        title=said.title,
        body=said.body,
        sms=said.sms,
    )


def _newest(refund: RefundApplication, action: str) -> "QuerySet[Any]":
    """The newest row of history, if it is of this action. A change that the history does not know cannot be told: the
    column takes no NULL, and the change is undone."""
    newest = refund.events.order_by("-pgh_id").values("pgh_id")[:1]
    own: QuerySet[Any] = refund.events.filter(pgh_id__in=newest, pgh_context__action=action)
    return own.values("pgh_id")
