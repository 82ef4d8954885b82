"""What a person must look at: opened by whatever the machines could not settle between themselves."""

from functools import partial

from django.db import transaction

from foundation import alarms
from foundation.alarms import Alarm
from handoff.models import Callback, Delivery, WorkItem, WorkItemKind
from refunds.models import RefundApplication

# What whoever runs the portal hears of it; an officer sees the item.
ALARMS: dict[str, Alarm] = {
    WorkItemKind.HELD: Alarm.INSTRUCTION_HELD,
    WorkItemKind.UNANSWERED: Alarm.AGENCY_DOWN,
    WorkItemKind.CONTRADICTION: Alarm.CONTRADICTION,
    WorkItemKind.UNKNOWN_INSTRUCTION: Alarm.CONTRADICTION,
    WorkItemKind.UNKNOWN_EVENT: Alarm.UNREADABLE_MESSAGE,
    WorkItemKind.UNREADABLE: Alarm.UNREADABLE_MESSAGE,
    WorkItemKind.CHANGED_MESSAGE: Alarm.UNREADABLE_MESSAGE,
    WorkItemKind.JOB_FAILED: Alarm.JOB_FAILED,
}


def open_item(kind: WorkItemKind, about: Delivery | Callback, refund: RefundApplication | None, detail: str) -> None:
    """One item about an instruction; the same trouble again is the same item until a person has closed it."""
    open_for(kind, about.instruction_id, agency=about.agency, refund=refund, detail=detail)


def open_for(
    kind: WorkItemKind, instruction_id: str, *, agency: str, refund: RefundApplication | None, detail: str
) -> None:
    """As `open_item`, where nothing is stored that the trouble is about. `refund` brings its office and its number."""
    _item, is_new = WorkItem.objects.get_or_create(
        kind=kind,
        instruction_id=instruction_id,
        closed_at=None,
        defaults={
            "agency": agency,
            "number": (refund and refund.number) or "",
            "office": refund.office if refund else None,
            "detail": detail[:300],
        },
    )
    if is_new and kind in ALARMS:
        told = partial(alarms.raise_, ALARMS[kind], kind=str(kind), agency=agency, instruction_id=instruction_id)
        transaction.on_commit(told)
