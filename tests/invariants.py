"""What must be true of the database after every test: what `manage.py check_invariants` asks of it for real.

The same queries, one statement for each scope, which a connection plans once: to plan them takes many times as long as to ask
them of a test's few rows.
"""

from functools import cache
from itertools import compress
from weakref import WeakKeyDictionary

from django.db import connection

from foundation.promises import snapshot
from refunds_portal import invariants
from refunds_portal.invariants import Scope

# What each connection has planned already.
_planned: WeakKeyDictionary = WeakKeyDictionary()


def violations(*, with_structure=False) -> list[str]:
    """Empty when all is well."""
    if with_structure:
        broken = invariants.broken(with_structure=True)
        return [_words(one.scope, one.promise, one.found) for one in broken]
    with snapshot():
        return [words for scope in _with_rows() for words in _broken(scope)]


def _with_rows() -> list[Scope]:
    scopes = invariants.scopes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(scope.has_rows for scope in scopes))
        return list(compress(scopes, cursor.fetchone()))


def _broken(scope: Scope) -> list[str]:
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"EXECUTE {_prepared(cursor, scope)}")
        for place, what in cursor.fetchall():
            found.setdefault(place, set()).add(what)
    return [_words(scope.name, scope.promises[place], sorted(what)) for place, what in sorted(found.items())]


def _prepared(cursor, scope: Scope) -> str:
    """The name of the statement, which this connection knows from now on."""
    name, query = _statements()[scope.name]
    planned = _planned.setdefault(connection.connection, set())
    if name not in planned:
        cursor.execute(f"PREPARE {name} AS {query}")
        planned.add(name)
    return name


@cache
def _statements() -> dict[str, tuple[str, str]]:
    """Of each scope: a name, and a query for all promises that rows can break, each by its place."""
    queries = {
        scope.name: " UNION ALL ".join(
            f"SELECT {place}, coalesce(found::text, 'a draft') FROM ({promise.broken_by.format(**scope.names)}) b (found)"
            for place, promise in enumerate(scope.promises)
            if not promise.is_of_structure
        )
        for scope in invariants.scopes()
    }
    return {name: (f"promises_of_{name}", query) for name, query in queries.items()}


def _words(scope: str, promise, found: list[str]) -> str:
    return f"{scope}: {promise.words}: {found}"
