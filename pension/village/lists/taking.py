"""退费区 filled by a list: the good lines go into the draft at once, the others are kept, sealed, to be corrected."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from pension.village import drafts
from pension.village.lists.judging import Problem, judge, packed, unpacked
from pension.village.lists.models import VillageUpload
from pension.village.lists.reading import Line

# The newest list of each payment, and no longer than this (PIPL: the shortest time that serves).
KEPT = timedelta(days=30)


def take(collective, lines: list[Line], *, by) -> VillageUpload:
    """Put into the draft who may be refunded, and keep the answer. Raises NotRefundable, with nothing done, above 10,000."""
    VillageUpload.objects.filter(at__lt=timezone.now() - KEPT).delete()
    with transaction.atomic():
        drafts.lock(collective)
        verdict = judge(collective, drafts.of_payment(collective), lines)
        if verdict.payments:
            _add(drafts.open_for(collective, by=by), verdict.payments)
        VillageUpload.objects.filter(collective=collective).delete()
        return VillageUpload.objects.create(
            collective=collective,
            by=by,
            read=len(lines),
            ready=verdict.ready,
            added=verdict.added,
            problems=packed(verdict.problems),
        )


def newest(collective, pk) -> VillageUpload | None:
    """The answer to that upload, if no newer one took its place."""
    kept = VillageUpload.objects.filter(collective=collective, pk=pk, at__gte=timezone.now() - KEPT)
    return kept.select_related("by__person").first()


def problems_of(upload: VillageUpload) -> list[Problem]:
    """The lines to be corrected, as they came. With full numbers: for the file of the clerk who may see the payment."""
    return unpacked(upload.problems.reveal("the lines to be corrected go back to the clerk who sent them"))


TOO_MANY = f"加上已选的人员，一批超过了 {drafts.MAX_PEOPLE:,} 人，所以没有添加任何人。请先保存一批，再上传其余人员。"


def _add(draft, payments: dict[int, Decimal]) -> None:
    params = [list(payments), list(payments.values())]
    drafts.insert(draft, "unnest(%s::bigint[], %s::numeric[])", params, too_many=TOO_MANY)
