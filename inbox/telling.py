"""Telling the applicant: a message in the transaction of the change, so that what is rolled back was never said."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Subquery

from inbox.models import Message
from inbox.sentences import UNTOLD, render
from refunds.models import RefundApplication


def tell(sender: type, refunds: Sequence[RefundApplication], action: str, **_signal: object) -> None:
    """Receiver of `refunds.actions.changed`. One statement; saying it again adds nothing."""
    if action not in UNTOLD:
        Message.objects.bulk_create([_message(refund, action) for refund in refunds], ignore_conflicts=True)


def _message(refund: RefundApplication, action: str) -> Message:
    assert refund.number, "what is told was submitted"
    title, body = render(refund, action)
    return Message(
        person_id=refund.applicant_id,
        organisation_id=refund.organisation_id,
        kind=action,
        number=refund.number,
        event=Subquery(_newest(refund, action)),
        title=title,
        body=body,
    )


def _newest(refund: RefundApplication, action: str) -> "QuerySet[Any]":
    """The newest row of history, if it is of this action. A change that the history does not know cannot be told: the
    column takes no NULL, and the change is undone."""
    newest = refund.events.order_by("-pgh_id").values("pgh_id")[:1]
    own: QuerySet[Any] = refund.events.filter(pgh_id__in=newest, pgh_context__action=action)
    return own.values("pgh_id")
