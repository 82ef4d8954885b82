"""Processes that die: between send and receipt, and before anything they write to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection

# Whoever dies before reading leaves what whoever dies before the next writing leaves; and what is read is kept by some and not by
# others, so that a seed would not tell the same story twice.
WRITES = ("INSERT", "UPDATE", "DELETE")
MOST_WRITES = 15


class Killed(BaseException):
    """With -9: nothing that the process could have done comes after it, except what the database undoes."""


@contextmanager
def mortal(rng: Random, *, often: float) -> Iterator[None]:
    """As often as that, whoever works inside dies before one of its next statements; the dead are forgotten."""
    left = [rng.randint(1, MOST_WRITES)] if rng.random() < often else []

    def dying(execute, sql, params, many, context):
        if left and sql.startswith(WRITES):
            left[0] -= 1
            if not left[0]:
                left.clear()
                raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(dying):
            yield
    except Killed:
        return
