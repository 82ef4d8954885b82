"""Who did what: the context that the database writes beside every change of state, and its reading."""

from typing import TypeVar

import pghistory
from django.db import models

from accounts.models import User

Model = TypeVar("Model", bound=models.Model)

HISTORY_FIELDS = (
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
)


def track(model: type[Model]) -> type[Model]:
    """Class decorator: append-only rows, written by the database on insert and whenever a state, the attempt or a dispute changes."""
    tracked: type[Model] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(
            condition=pghistory.AnyChange("refund_status", "review_status", "review_result", "attempt", "disputed")
        ),
        fields=list(HISTORY_FIELDS),
        model_name=f"{model.__name__}Event",
        obj_field=pghistory.ObjForeignKey(related_name="events"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(null=True),
    )(model)
    return tracked


def acting(action: str, *, by: User | str) -> pghistory.context:
    """Context manager around a change. `by` is a User, or the code of an agency."""
    if isinstance(by, str):
        return pghistory.context(action=action, agency=by)
    return pghistory.context(action=action, user=by.pk, name=by.display_name, role=by.role, place=by.role_label)
