"""What the owner of a draft is told of its end: before it, and once it has come."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from foundation.retention import Draft
from inbox import sentences
from inbox.kinds import segment_of
from inbox.models import Message
from inbox.sms import outbox
from inbox.wording.placeholders import Facts

ENDS, ENDED = "draft_ends", "draft_ended"


def warn(draft: Draft, *, days: int) -> None:
    """It ends in so many days, unless somebody goes on with it. Told once of each change that came after it."""
    if not _told(draft, ENDS).exists():
        _tell(draft, ENDS, timezone.localdate() + timedelta(days=days))


def was_warned(draft: Draft, *, before: datetime) -> bool:
    """Whether its owner has known since before that moment."""
    return _told(draft, ENDS).filter(created_at__lt=before).exists()


def say_gone(draft: Draft) -> None:
    """It has ended."""
    _tell(draft, ENDED, timezone.localdate())


def _told(draft: Draft, kind: str):
    return Message.objects.filter(number=draft.key, event=_event(draft, kind))


def _event(draft: Draft, kind: str) -> int:
    """A draft has no number and its end no history: what tells two sentences of it apart is when it was last changed."""
    return 2 * int(draft.changed_at.timestamp()) + (kind == ENDED)


@transaction.atomic
def _tell(draft: Draft, kind: str, day) -> None:
    said = sentences.of(kind, Facts(draft=draft, day=day))
    Message.objects.create(
        person_id=draft.person_id,
        organisation_id=draft.organisation_id,
        kind=kind,
        number=draft.key,
        event=_event(draft, kind),
        segment=segment_of(kind),
        title=said.title,
        body=said.body,
        sms=said.sms,
    )
    if said.sms:
        outbox.add([draft.key], kind)
