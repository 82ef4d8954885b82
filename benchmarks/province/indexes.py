"""Many rows come in faster without indexes; each is made anew, out of all rows at once, when they are in."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models

# Those that no constraint stands on, with the statement that makes each.
FOUND = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY 1"""


@contextmanager
def without_indexes(kinds: Iterable[type[models.Model]]) -> Iterator[None]:
    """The tables of these models have their keys only inside; afterwards, whatever happened, everything they had."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [[kind._meta.db_table for kind in kinds]])
        found = cursor.fetchall()
        for name, _statement in found:
            cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _name, statement in found:
                cursor.execute(statement)
