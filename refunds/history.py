"""Who did what: the context that the database writes beside every change of state, and its reading."""

import pghistory

from accounts.models import User
from foundation.evidence import kept

FIELDS = (
    "number",
    "refund_status",
    "review_status",
    "review_result",
    "amount",
    "attempt",
    "reject_reason",
    "remark",
    "agency_reason",
    "paid_attempt",
    "refunded_on",
    "disputed",
    "evidence",
    "corrected",
)
# Class decorator of an application: its history, written whenever a state, the attempt or a dispute changes, or
# a 复核人 gives the case to somebody.
track = kept(
    fields=" ".join(FIELDS),
    when="refund_status review_status review_result attempt disputed corrected office assigned_at",
)


def acting(action: str, *, by: User | str | None, **more: str) -> pghistory.context:
    """Context manager around a change. `by` is a User, the code of an agency, or None for the tax core system; `more` stands
    beside it."""
    if by is None:
        return pghistory.context(action=action, system="tax-core", **more)
    if isinstance(by, str):
        return pghistory.context(action=action, agency=by, **more)
    who = {"user": by.pk, "name": by.display_name, "role": by.role, "place": by.role_label}
    return pghistory.context(action=action, **who, **more)
