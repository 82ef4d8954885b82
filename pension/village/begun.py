"""What 我的待办 says of a draft: for which payment, who is in it, and who changed it when."""

from django.utils import timezone

from pension.models import CollectivePayment
from pension.village import together
from pension.village.parts import parts_of


def words_of(drafts) -> dict:
    """A sentence for each draft of a batch, by its primary key. The number of queries is the same for all."""
    batches = [draft for draft in drafts if draft.is_batch]
    paid = CollectivePayment.objects.in_bulk([draft.collective_id for draft in batches])
    parts, changes = parts_of(batches), together.changes_of(list(paid))
    return {
        draft.pk: f"{title_of(paid[draft.collective_id])}，已选 {parts[draft.pk].everybody}"
        + _changed(changes.get(draft.collective_id))
        for draft in batches
    }


def title_of(collective) -> str:
    """What was paid, as a clerk names it: type and year, and the month if it was paid by the month."""
    month = f"-{collective.month:02d}" if collective.month else ""
    return f"{collective.get_payment_type_display()} {collective.year}{month}"


def _changed(row) -> str:
    if row is None:
        return ""
    days = (timezone.localdate() - timezone.localdate(row.changed_at)).days
    return f"；{row.user.display_name} {f'{days} 天前' if days else '今天'}改过"
