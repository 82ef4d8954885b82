"""The SQLite file that holds everything the agencies know, so that a restart forgets nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS instructions (
    key INTEGER PRIMARY KEY,
    agency TEXT NOT NULL,
    number INTEGER NOT NULL,          -- counts within the agency; the receipt is made of it
    instruction_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    receipt TEXT NOT NULL,
    amount TEXT NOT NULL,
    received_at TEXT NOT NULL,
    UNIQUE (agency, instruction_id),
    UNIQUE (agency, number)
);
CREATE TABLE IF NOT EXISTS requests (
    key INTEGER PRIMARY KEY,
    agency TEXT NOT NULL,
    instruction_id TEXT NOT NULL,     -- as claimed by the webhook-id header; empty if not of that form
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    key INTEGER PRIMARY KEY,          -- also the order of telling within an instruction
    instruction INTEGER NOT NULL REFERENCES instructions,
    webhook_id TEXT NOT NULL,         -- shared by the deliveries of a repeated event
    event TEXT NOT NULL,
    step INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    body TEXT NOT NULL,
    due REAL NOT NULL,
    held INTEGER NOT NULL,            -- kept back while the agency is silent
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    first_tried REAL,
    last_answer TEXT NOT NULL DEFAULT '',
    delivered_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS events_of_instruction ON events (instruction, key);
CREATE INDEX IF NOT EXISTS events_to_tell ON events (due) WHERE state = 'waiting' AND held = 0;
"""


class StoreClosed(Exception):
    """The service is stopping; what was under way is done again after the restart."""


class Store:
    """One connection shared by all threads, one transaction at a time."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # request bodies hold account and ID numbers
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # WAL with NORMAL survives the death of the process, which is what we promise; a power cut may cost a second.
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + SCHEMA)
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise StoreClosed
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, **values: object) -> list[dict]:
        with self._lock:
            if self._closed:
                raise StoreClosed
            return [dict(row) for row in self._connection.execute(query, values)]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._connection.close()
