"""What every row stands on: nobody in the database, and no promise broken when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

JOBS = ("procrastinate_jobs", "procrastinate_events", "procrastinate_workers")


class Void(Exception):
    """A row that broke a promise says nothing about speed."""


def empty() -> None:
    """Nobody lives here, nothing is queued or counted. What hangs on no person has to be named."""
    unbound = ("handoff_delivery", "handoff_callback", "handoff_resultsfile", "refunds_tally")
    tables = ", ".join(("accounts_taxoffice", "accounts_person", *unbound, *JOBS))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


@contextmanager
def kept() -> Iterator[None]:
    """On empty ground. Raises Void when a promise does not hold afterwards."""
    from refunds_portal import invariants

    empty()
    yield
    if broken := invariants.broken():
        raise Void(
            "; ".join(f"{one.scope} {one.promise.words}: {len(one.found)}, first {one.found[:5]}" for one in broken)
        )


@contextmanager
def table(columns: str) -> Iterator[None]:
    """A table of our own, `name (columns)`, as long as it lasts."""
    name = columns.partition(" ")[0]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TABLE {columns}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {name}")
