"""What must always be true of the database, as queries that find the opposite (reliability.md section 2).

A room says its own promises in a module `invariants`; the roof puts them together and asks them (`refunds_portal/invariants.py`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True)
class Promise:
    """One promise. Its query selects one column, something that can be shown: an application number, as a rule.

    Names in braces are tables, and lists that the code knows better than a query does.
    """

    number: str  # of the invariant it stands for
    words: str
    broken_by: str
    is_of_structure: bool = False  # about the tables themselves, whatever is in them

    def find(self, names: dict[str, str]) -> list[str]:
        """What breaks it. Empty when all is well."""
        query = self.broken_by.format(**names)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT coalesce(found::text, 'a draft') FROM ({query}) broken (found) ORDER BY 1")
            return [found for (found,) in cursor.fetchall()]


def listed(values: Iterable[str | tuple[str, ...]]) -> str:
    """Values of the code, or rows of them, as SQL lists them. They are words of ours, never of a person."""
    return ", ".join(f"'{value}'" if isinstance(value, str) else f"({listed(value)})" for value in values)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything inside is read from one moment, and nothing is written: what goes on meanwhile cannot break a promise.

    Inside a transaction of somebody else it is that one's view, as in a test.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
