"""A draft of a batch that nobody goes on with comes to its end."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min
from django.db.models.functions import Coalesce

from foundation.retention import Draft
from pension.models import PensionRefund
from pension.village import drafts
from pension.village.begun import title_of
from pension.village.models import DraftClerk, TakenOut
from refunds.states import ReviewStatus


def old(before: datetime) -> Iterator[Draft]:
    """Those that no clerk has changed since that moment, nor begun after it."""
    for refund in _untouched(before).select_related("collective"):
        yield Draft(
            key=f"CG{refund.pk.hex[:22]}",
            title=f"{title_of(refund.collective)} 退费",
            pk=refund.pk,
            changed_at=refund.changed_at,
            organisation_id=refund.organisation_id,
        )


@transaction.atomic
def end(draft: Draft) -> bool:
    """Take it away with everybody in it; False where somebody has gone on with it, or submitted it, meanwhile. What was paid stays, and
    may be chosen again."""
    refund = PensionRefund.objects.select_related("collective").get(pk=draft.pk)
    drafts.lock(refund.collective)
    if not _untouched(draft.changed_at, or_just_then=True).filter(pk=draft.pk).exists():
        return False
    drafts.clear(refund)
    for trace in (TakenOut, DraftClerk):
        trace.objects.filter(collective=refund.collective).delete()
    refund.delete()
    return True


def _untouched(before: datetime, *, or_just_then: bool = False):
    """Its clerks say when it was changed; of one from before they did, its history when it was begun."""
    known = PensionRefund.objects.filter(review_status=ReviewStatus.DRAFT, collective__isnull=False).annotate(
        changed_at=Coalesce(Max("collective__clerks__changed_at"), Min("events__pgh_created_at"))
    )
    return known.filter(**{"changed_at__lte" if or_just_then else "changed_at__lt": before})
