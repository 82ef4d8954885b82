"""Who did what: the context that the database writes beside every change of state, and its reading."""

import pghistory

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
    "refunded_on",
)


def track(model):
    """Class decorator: append-only rows, written by the database on insert and whenever a state or attempt changes."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(
            condition=pghistory.AnyChange("refund_status", "review_status", "review_result", "attempt")
        ),
        fields=list(HISTORY_FIELDS),
        model_name=f"{model.__name__}Event",
        obj_field=pghistory.ObjForeignKey(related_name="events"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(null=True),
    )(model)


def acting(action: str, *, by) -> pghistory.context:
    """Context manager around a change. `by` is a User, or the code of an agency."""
    if isinstance(by, str):
        return pghistory.context(action=action, agency=by)
    return pghistory.context(action=action, user=by.pk, name=by.display_name, role=by.role, place=by.role_label)
