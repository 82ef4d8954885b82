"""What every scheme's table of applications has: its numbers are counted by the database, whatever the code does."""

from typing import Any

import pgtrigger
from django.apps import apps

from refunds.tallies.contributions import contributions, counted

OLD, NEW = "old_rows", "new_rows"


class Counted(pgtrigger.Trigger):
    """After each statement: the difference between what its rows counted for before, and now."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def __init__(self, name: str, operation: pgtrigger.Operation, **tables: str):
        between: Any = pgtrigger.Referencing  # its package says no types
        super().__init__(name=name, operation=operation, referencing=between(**tables))
        self.sources = [(1 if age == "new" else -1, table) for age, table in tables.items()]

    def get_func(self, model: Any) -> str:
        # The model that migrations compare with knows its name, but nothing that is no column.
        real: Any = apps.get_model(model._meta.label)
        return f"{counted(contributions(real.scheme_code, *self.sources))}; RETURN NULL;"


class Moved(pgtrigger.Trigger):
    """`moved_on` is the day on which 退费状态 became what it is; nobody else writes it."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    func = """
        IF TG_OP = 'INSERT' THEN
            NEW.moved_on := coalesce(NEW.moved_on, (now() AT TIME ZONE 'Asia/Shanghai')::date);
        ELSIF OLD.refund_status IS DISTINCT FROM NEW.refund_status THEN
            NEW.moved_on := (now() AT TIME ZONE 'Asia/Shanghai')::date;
        ELSE
            NEW.moved_on := OLD.moved_on;
        END IF;
        RETURN NEW;"""


TRIGGERS: list[pgtrigger.Trigger] = [
    Moved(name="moved"),
    Counted("counted_insert", pgtrigger.Insert, new=NEW),
    Counted("counted_update", pgtrigger.Update, new=NEW, old=OLD),
    Counted("counted_delete", pgtrigger.Delete, old=OLD),
]
