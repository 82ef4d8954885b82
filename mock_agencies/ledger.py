"""Everything the agencies know, in one SQLite file, so that a restart forgets nothing."""

import json
import sqlite3
import time
import uuid
from pathlib import Path

from .messages import INSTRUCTION_ID, Message, Refusal
from .rules import Callback, callback_message, moment, retry_pause

# WAL with NORMAL survives the death of the process, which is what we promise; a power cut may cost a second.
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS instructions (
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL, instruction_id TEXT NOT NULL, digest TEXT NOT NULL,
    receipt TEXT NOT NULL, amount TEXT NOT NULL, received_at TEXT NOT NULL, UNIQUE (agency, instruction_id)
);
CREATE TABLE IF NOT EXISTS requests (
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL,
    instruction_id TEXT NOT NULL,  -- as claimed by the webhook-id header; empty if not of that form
    digest TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL
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
UPDATE events SET held = 0;  -- faults are forgotten by a restart, so what they kept back must go out
"""

# What has happened by now, told or not: the portal's reconciliation is there to find what it was never told.
STATE = """coalesce((SELECT event FROM events WHERE instruction = instructions.key AND occurred_at <= :now
    ORDER BY step DESC LIMIT 1), 'received') AS state"""
INSTRUCTION = "SELECT * FROM instructions WHERE agency = :agency AND instruction_id = :instruction_id"
# In the order they came, so that nothing arriving meanwhile slips between two pages.
PAGE = f"""SELECT instruction_id, receipt, amount, {STATE}, received_at FROM instructions
    WHERE agency = :agency AND received_at >= :since AND key > :key ORDER BY key LIMIT :limit"""
EVENTS = "FROM events JOIN instructions ON instructions.key = instruction"
# An instruction's callbacks go out one after the other, in the planned order, even when the portal was down meanwhile.
DUE = f"""SELECT events.*, agency, instruction_id {EVENTS}
    WHERE state = 'waiting' AND held = 0 AND due <= :now AND NOT EXISTS (
        SELECT 1 FROM events AS earlier WHERE earlier.instruction = events.instruction
        AND earlier.key < events.key AND earlier.state = 'waiting')
    ORDER BY due, events.key LIMIT :limit"""
CALLED_BACK = f"SELECT 1 {EVENTS} WHERE agency = :agency AND instruction_id = :instruction_id AND attempts > 0"
HOLD = """UPDATE events SET held = ? WHERE state = 'waiting'
    AND instruction IN (SELECT key FROM instructions WHERE agency = ?)"""
# Without the bodies, which hold ticket numbers.
EVENTS_SEEN = f"""SELECT agency, instruction_id, webhook_id, event, occurred_at, state, held, attempts, last_answer
    {EVENTS} ORDER BY events.key"""


class Ledger:
    """What the agencies were sent, what they made of it, and what they still have to tell the portal."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._db = sqlite3.connect(path)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def note(self, message: Message, outcome: str) -> None:
        """Keep what became of a request, under the id it claims if that looks like one."""
        claimed = message.webhook_id if INSTRUCTION_ID.fullmatch(message.webhook_id) else ""
        request = {"agency": message.agency, "instruction_id": claimed, "digest": message.digest}
        with self._db:
            self._add("requests", request | {"outcome": outcome, "at": moment(time.time())})

    def receive(self, message: Message, amount: str, callbacks: list[Callback], *, fault: str) -> dict:
        """The answer to an instruction. The same body twice gets the same answer and happens once."""
        ids = {"agency": message.agency, "instruction_id": message.webhook_id}
        known = self._rows(INSTRUCTION, **ids)
        with self._db:
            if not known:
                self._enter(message, amount, callbacks, held=fault == "silent")
            elif known[0]["digest"] != message.digest:
                raise Refusal(409, "instruction_differs", "This instruction_id was sent before with another body.")
            outcome = "repeated" if known else "received"
            self.note(message, f"{outcome}, {fault}" if fault else outcome)  # last: it ends the transaction
        (entry,) = self._rows(INSTRUCTION, **ids)
        return {field: entry[field] for field in ("receipt", "instruction_id", "received_at")}

    def page(self, agency: str, *, since: str, after: str, limit: int) -> list[dict]:
        """Instructions received from the moment `since`, behind the one with the id `after`."""
        last = self._rows(INSTRUCTION, agency=agency, instruction_id=after) if after else [{"key": 0}]
        if not last:
            raise Refusal(400, "malformed", "after is not an instruction_id that this agency has.")
        return self._rows(PAGE, agency=agency, since=since, key=last[0]["key"], limit=limit)

    def seen(self) -> dict[str, list[dict]]:
        """All requests, instructions and events, for the eyes of people."""
        return {
            "requests": self._rows("SELECT * FROM requests ORDER BY key"),
            "instructions": self._rows(f"SELECT *, {STATE} FROM instructions ORDER BY key"),
            "events": self._rows(EVENTS_SEEN),
        }

    def due(self, limit: int) -> list[dict]:
        """What is to be told to the portal now: of each instruction at most its first waiting event."""
        return self._rows(DUE, limit=limit)

    def answered(self, event: dict, answer: str) -> None:
        """The portal has the event if it answered 2xx; otherwise it is told again later."""
        state = "delivered" if answer.startswith("2") else "waiting"
        due = moment(time.time() + retry_pause(event["attempts"] + 1))
        update = "UPDATE events SET state = ?, attempts = attempts + 1, last_answer = ?, due = ? WHERE key = ?"
        with self._db:
            self._db.execute(update, [state, answer, due, event["key"]])

    def hold(self, agency: str, held: bool) -> None:
        """The agency falls silent, or speaks again and tells what it kept back."""
        with self._db:
            self._db.execute(HOLD, [held, agency])

    def called_back(self, message: Message) -> bool:
        """Whether the portal has been told something about this instruction, heard or not."""
        return bool(self._rows(CALLED_BACK, agency=message.agency, instruction_id=message.webhook_id))

    def _enter(self, message: Message, amount: str, callbacks: list[Callback], *, held: bool) -> None:
        received, agency = time.time(), message.agency
        (count,) = self._db.execute("SELECT count(*) FROM instructions WHERE agency = ?", [agency]).fetchone()
        entry = {"agency": agency, "instruction_id": message.webhook_id, "digest": message.digest, "amount": amount}
        entry |= {"receipt": f"{agency.upper()}-{count + 1:06}", "received_at": moment(received)}
        key = self._add("instructions", entry)
        # Not numbered alone: ids must stay unique when someone deletes the file and starts over.
        life = uuid.uuid4().hex
        for callback in callbacks:
            body = callback_message(callback, message.webhook_id, received)
            event = {"instruction": key, "webhook_id": f"evt_{life}_{callback.step}", "event": callback.event}
            event |= {"step": callback.step, "occurred_at": body["occurred_at"], "due": body["occurred_at"]}
            self._add("events", event | {"body": json.dumps(body, ensure_ascii=False), "held": held})

    def _add(self, table: str, row: dict) -> int | None:
        query = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
        return self._db.execute(query, row).lastrowid

    def _rows(self, query: str, **values: object) -> list[dict]:
        return [dict(row) for row in self._db.execute(query, values | {"now": moment(time.time())})]
