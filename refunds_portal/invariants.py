"""All promises of the house, asked at once. Each room says its own, because only it knows its tables: `refunds` of every
application, `handoff` of what lies between applications and agencies, a scheme of its payments (`invariants.py` of its app, found
by name as its `urls` are). Only the roof may know them all, so here they come together, and no arrow turns round.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.db import connection

import handoff.invariants
import inbox.invariants
import refunds.invariants
from foundation.promises import Promise, snapshot
from handoff.settling.covering import COVERED
from refunds import schemes
from refunds.schemes import Scheme
from refunds.sealing import chain

MONEY = Promise(
    "I9",
    "money is numeric(12, 2), and nothing is a float",
    """SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
    WHERE c.table_schema = current_schema() AND (
        c.data_type IN ('real', 'double precision') OR (c.column_name LIKE '%amount%'
            AND (c.data_type, c.numeric_precision, c.numeric_scale) IS DISTINCT FROM ('numeric', 12, 2)))""",
    is_of_structure=True,
)
SEALED = Promise("I8", "history stands as it was when its day was sealed", broken_by="")


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold: of which scheme, or of the portal; and what breaks it."""

    scope: str
    promise: Promise
    found: list[str]


@dataclass(frozen=True)
class Scope:
    """What some promises are about: a scheme, or the portal; and the tables without whose rows none can be broken."""

    name: str
    promises: tuple[Promise, ...]
    names: dict[str, str]
    tables: tuple[str, ...]

    @property
    def has_rows(self) -> str:
        """As SQL: whether any of it can be broken by what is there."""
        return " OR ".join(f"EXISTS (SELECT FROM {table})" for table in self.tables)

    def broken(self, *, of_structure: bool) -> Iterator[Broken]:
        chosen = [promise for promise in self.promises if promise.is_of_structure == of_structure]
        if of_structure or self._can_be_broken():
            for promise in chosen:
                if found := promise.find(self.names):
                    yield Broken(self.name, promise, found)

    def _can_be_broken(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.has_rows}")
            return cursor.fetchone()[0]


def of_scheme(scheme: Scheme) -> tuple[Promise, ...]:
    """Every promise about the applications of a scheme."""
    its_own = import_module(f"{scheme.app}.invariants").PROMISES
    between = (*handoff.invariants.OF_EVERY_SCHEME, *inbox.invariants.OF_EVERY_SCHEME)
    return (*refunds.invariants.PROMISES, *between, *its_own)


@cache
def scopes() -> tuple[Scope, ...]:
    """The schemes, and the portal as a whole."""
    named = {scheme: refunds.invariants.names_of(scheme) | {"covered": COVERED} for scheme in schemes.every()}
    numbers = " UNION ALL ".join(f"SELECT number FROM {names['refunds']}" for names in named.values())
    return (
        *(
            Scope(scheme.code, of_scheme(scheme), names, (names["refunds"], names["history"]))
            for scheme, names in named.items()
        ),
        Scope("portal", (*handoff.invariants.OF_THE_WHOLE, MONEY), {"numbers": numbers}, handoff.invariants.TABLES),
    )


def broken(*, with_structure: bool = True, whole_history: bool = False) -> list[Broken]:
    """Every promise that does not hold at this moment. Empty when all is well.

    A test asks without the structure, which it cannot change, and without the seals, of which it has none; and scopes without a
    row, most of them, cost one question. Of the seals the newest are looked at, or with `whole_history` all of them.
    """
    kinds = (False, True) if with_structure else (False,)
    with snapshot():
        found = [one for scope in scopes() for kind in kinds for one in scope.broken(of_structure=kind)]
        changed = chain.broken(whole=whole_history) if with_structure else []
    return [*found, *([Broken("history", SEALED, changed)] if changed else [])]
