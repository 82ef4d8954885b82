"""Races on a real database: threads that start together; and the same race with the locks taken away, which must go wrong."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier, Event

import pytest
from django.db import connection

from refunds import errors

THREADS = 20
# How often a race is run that two officers run against each other.
ROUNDS = int(os.environ.get("ROUNDS", "10"))
LOCKS = re.compile(r" FOR (?:NO KEY )?UPDATE(?: OF (?:\"\w+\"(?:, )?)+)?(?: SKIP LOCKED)?")
MEET_SECONDS = 30


def race(*calls):
    """Run the calls at the same moment, each on its own connection; the results, with refusals as values."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=30)
            return call()
        except errors.RefundError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def race_without_locks(*calls):
    """The same, where the database never hears of SELECT … FOR UPDATE: all read the first row that they would have locked, and
    then they go on one after the other, in the order given."""
    met, done = Barrier(len(calls)), [Event() for _ in calls]

    def in_turn(call, mine: Event, before: Event | None):
        try:
            with _unlocked(met, before):
                return call()
        finally:
            mine.set()

    befores = [None, *done]
    return race(*(partial(in_turn, *one) for one in zip(calls, done, befores, strict=False)))


@contextmanager
def _unlocked(met: Barrier, before: Event | None) -> Iterator[None]:
    waits = [met]

    def reading(execute, sql, params, many, context):
        plain = LOCKS.sub("", sql)
        found = execute(plain, params, many, context)
        if plain != sql and waits:
            waits.pop().wait(
                timeout=MEET_SECONDS
            )  # whoever does not come waits for somebody, which only a lock makes it do
            assert before is None or before.wait(timeout=MEET_SECONDS)
        return found

    with connection.execute_wrapper(reading):
        yield


@pytest.fixture
def roomy_pool(settings):
    """As many connections as threads: the race is in the database, not at its door."""
    settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = THREADS + 5
    connection.close_pool()
    yield
    connection.close_pool()
