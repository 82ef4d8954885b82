"""What a person must look at: opened by whatever the machines could not settle between themselves."""

from handoff.models import Callback, Delivery, WorkItem, WorkItemKind
from refunds.models import RefundApplication


def open_item(kind: WorkItemKind, about: Delivery | Callback, refund: RefundApplication | None, detail: str) -> None:
    """One item about an instruction; the same trouble again is the same item until a person has closed it."""
    open_for(kind, about.instruction_id, agency=about.agency, refund=refund, detail=detail)


def open_for(
    kind: WorkItemKind, instruction_id: str, *, agency: str, refund: RefundApplication | None, detail: str
) -> None:
    """As `open_item`, where nothing is stored that the trouble is about. `refund` brings its office and its number."""
    WorkItem.objects.get_or_create(
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
