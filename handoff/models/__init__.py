"""What goes to an agency, what it says, and what people must look at."""

from handoff.models.reach import Reach
from handoff.models.receiving import Callback, Effect, Event, Inquiry, RefusedMessage, ResultsFile
from handoff.models.reconciling import Reconciliation
from handoff.models.sending import UNACKNOWLEDGED, Delivery, DeliveryStatus
from handoff.models.trouble import Proposal, WorkItem, WorkItemKind

__all__ = [
    "UNACKNOWLEDGED",
    "Callback",
    "Delivery",
    "DeliveryStatus",
    "Effect",
    "Event",
    "Inquiry",
    "Proposal",
    "Reach",
    "Reconciliation",
    "RefusedMessage",
    "ResultsFile",
    "WorkItem",
    "WorkItemKind",
]
