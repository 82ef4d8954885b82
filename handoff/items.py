"""What a person must look at: opened by whatever the machines could not settle between themselves, closed when it is settled."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from foundation import alarms
from foundation.alarms import Alarm
from handoff.models import Callback, Delivery, WorkItem, WorkItemKind
from refunds.models import RefundApplication

SETTLED_ITSELF = "已自行了结"
# Nobody has to look at them any more once the agency has the instruction, or it was called back.
UNTIL_TAKEN = (WorkItemKind.HELD, WorkItemKind.UNANSWERED)
# What whoever runs the portal hears of it; an officer sees the item.
ALARMS: dict[str, Alarm] = {
    WorkItemKind.HELD: Alarm.INSTRUCTION_HELD,
    WorkItemKind.UNANSWERED: Alarm.AGENCY_DOWN,
    WorkItemKind.SILENT: Alarm.HANDOFF_OVERDUE,
    WorkItemKind.CONTRADICTION: Alarm.CONTRADICTION,
    WorkItemKind.UNKNOWN_INSTRUCTION: Alarm.CONTRADICTION,
    WorkItemKind.UNKNOWN_EVENT: Alarm.UNREADABLE_MESSAGE,
    WorkItemKind.UNREADABLE: Alarm.UNREADABLE_MESSAGE,
    WorkItemKind.CHANGED_MESSAGE: Alarm.UNREADABLE_MESSAGE,
    WorkItemKind.JOB_FAILED: Alarm.JOB_FAILED,
    WorkItemKind.AGENCY_DOWN: Alarm.AGENCY_DOWN,
    WorkItemKind.OVERPAID: Alarm.CONTRADICTION,
    WorkItemKind.UNDERPAID: Alarm.CONTRADICTION,
    WorkItemKind.RECONCILIATION: Alarm.RECONCILIATION_DIFFERENCE,
    WorkItemKind.CORRECTED: Alarm.RECORD_CORRECTED,
}


def open_item(kind: WorkItemKind, about: Delivery | Callback, refund: RefundApplication | None, detail: str) -> None:
    """One item about an instruction; the same trouble again is the same item until it is closed."""
    open_for(kind, about.instruction_id, agency=about.agency, refund=refund, detail=detail)


def open_for(
    kind: WorkItemKind, instruction_id: str, *, agency: str, refund: RefundApplication | None, detail: str
) -> WorkItem:
    """As `open_item`, where nothing is stored that the trouble is about. `refund` brings its office and its number."""
    item, is_new = WorkItem.objects.get_or_create(
        kind=kind,
        agency=agency,
        instruction_id=instruction_id,
        closed_at=None,
        defaults={
            "number": (refund and refund.number) or "",
            "office": refund.office if refund else None,
            "detail": detail,
        },
    )
    if is_new and kind in ALARMS:
        told = partial(alarms.raise_, ALARMS[kind], kind=str(kind), agency=agency, instruction_id=instruction_id)
        transaction.on_commit(told)
    return item


def close_settled(
    kinds: Iterable[WorkItemKind], instruction_id: str, *, agency: str, note: str = SETTLED_ITSELF
) -> None:
    """Nobody has to look any more: what the item was about is settled."""
    open_items = WorkItem.objects.filter(kind__in=kinds, agency=agency, instruction_id=instruction_id, closed_at=None)
    open_items.update(closed_at=timezone.now(), note=note, proposal="")
