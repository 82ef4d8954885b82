"""What may be asked about years later is kept by the database itself, whatever the code does."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=models.Model)


def kept(*, fields: str, when: str) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: an append-only row with these fields on insert, and whenever one of `when` changes (`events`)."""

    def track(model: type[Model]) -> type[Model]:
        tracked: type[Model] = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(condition=pghistory.AnyChange(*when.split())),
            fields=fields.split(),
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="events"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(null=True),
        )(model)
        return tracked

    return track


def outdated(*, fields: str) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: whenever one of these fields changes, an append-only row with what they said before (`events`). A new row
    costs nothing."""

    def track(model: type[Model]) -> type[Model]:
        tracked: type[Model] = pghistory.track(
            pghistory.UpdateEvent("outdated", condition=pghistory.AnyChange(*fields.split()), row="OLD"),
            fields=fields.split(),
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="events"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(null=True),
        )(model)
        return tracked

    return track


def as_it_came(*, but: str, since: str = "", days: int = 0) -> list[pgtrigger.Trigger]:
    """Triggers of a row that changes nowhere but in these fields and is never deleted, or not before so many `days` have passed
    since its moment `since`."""
    young = pgtrigger.Condition(f"OLD.{since} > now() - interval '{days} days'") if since else None
    return [
        pgtrigger.Protect(
            name="not_deleted_early" if young else "never_deleted", operation=pgtrigger.Delete, condition=young
        ),
        pgtrigger.ReadOnly(name="as_it_came", exclude=but.split()),
    ]
