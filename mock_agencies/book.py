"""The SQLite file: its layout, and how it is opened.

A file of another layout is renamed aside, with a line in the log, and an empty one is begun: what it held is only pretended,
and a portal that asks about an instruction of it is told that it is unknown and sends it again.
"""

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from .rules import moment

log = logging.getLogger("mock_agencies.book")

LAYOUT = 2  # kept as user_version; the first one had none
# WAL with NORMAL survives the death of the process, which is what we promise; a power cut may cost a second.
SCHEMA = f"""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA user_version = {LAYOUT};
CREATE TABLE IF NOT EXISTS instructions (
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL, instruction_id TEXT NOT NULL, digest TEXT NOT NULL,
    receipt TEXT NOT NULL, amount TEXT NOT NULL, received_at TEXT NOT NULL,
    line_amounts TEXT NOT NULL,  -- JSON, yuan by ticket number; never shown
    forgotten INTEGER NOT NULL DEFAULT 0  -- the agency knows nothing of it any more; people still see it
);
CREATE UNIQUE INDEX IF NOT EXISTS known_once ON instructions (agency, instruction_id) WHERE forgotten = 0;
CREATE TABLE IF NOT EXISTS barred (  -- cancelled before they came: refused for good
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL, instruction_id TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (agency, instruction_id)
);
CREATE TABLE IF NOT EXISTS requests (
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL,
    instruction_id TEXT NOT NULL,  -- as claimed by the webhook-id header; empty if not of that form
    digest TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS questions (  -- what was asked about instructions, or to stop them
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL, question TEXT NOT NULL,
    instruction_id TEXT NOT NULL,  -- as the path has it; empty if not of that form
    outcome TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    key INTEGER PRIMARY KEY,  -- also the order of telling within an instruction
    instruction INTEGER NOT NULL REFERENCES instructions,
    webhook_id TEXT NOT NULL,  -- shared by the deliveries of a repeated event
    event TEXT NOT NULL, step INTEGER NOT NULL, occurred_at TEXT NOT NULL, body TEXT NOT NULL, due TEXT NOT NULL,
    held INTEGER NOT NULL,  -- kept back while the agency is silent
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, last_answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS events_of_instruction ON events (instruction, key);
CREATE INDEX IF NOT EXISTS events_to_tell ON events (due) WHERE state = 'waiting' AND held = 0;
CREATE TABLE IF NOT EXISTS texts (  -- SMS; the phone is never shown whole
    key INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, phone TEXT NOT NULL, text TEXT NOT NULL,
    state TEXT NOT NULL, at TEXT NOT NULL
);
UPDATE events SET held = 0;  -- faults are forgotten by a restart, so what they kept back must go out
"""


class Book:
    """The open file, for everything that reads or writes it. `with book.db:` is one transaction."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _put_aside(path)
        path.touch(mode=0o600)
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        self.db.close()

    def add(self, table: str, row: dict) -> int | None:
        """The key of the new row."""
        query = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
        return self.db.execute(query, row).lastrowid

    def rows(self, query: str, **values: object) -> list[dict]:
        """What the query finds; it may name :now."""
        return [dict(row) for row in self.db.execute(query, values | {"now": moment(time.time())})]


def _put_aside(path: Path) -> None:
    """Rename a file of another layout; an empty one has none yet."""
    if not path.exists() or not path.stat().st_size:
        return
    with closing(sqlite3.connect(path)) as db:  # the last to close it writes the WAL back, so nothing stays beside it
        (layout,) = db.execute("PRAGMA user_version").fetchone()
    if layout != LAYOUT:
        aside = path.with_name(f"{path.name}.layout-{layout}-{time.time_ns()}")
        path.rename(aside)
        log.warning("%s has another layout: renamed to %s, an empty one is begun", path.name, aside.name)
