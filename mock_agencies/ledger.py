"""Everything the agencies know, in one SQLite file, so that a restart forgets nothing."""

import json
import sqlite3
import time
import uuid
from pathlib import Path

from .messages import Message, Refusal, is_instruction_id
from .rules import Callback, callback_message, moment, retry_pause

GIVE_UP_AFTER = 3 * 24 * 3600.0

# WAL with NORMAL survives the death of the process, which is what we promise; a power cut may cost a second.
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS instructions (
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL,
    number INTEGER NOT NULL,  -- counts within the agency; the receipt is made of it
    instruction_id TEXT NOT NULL, digest TEXT NOT NULL, receipt TEXT NOT NULL, amount TEXT NOT NULL,
    received_at TEXT NOT NULL, UNIQUE (agency, instruction_id), UNIQUE (agency, number)
);
CREATE TABLE IF NOT EXISTS requests (
    key INTEGER PRIMARY KEY, agency TEXT NOT NULL,
    instruction_id TEXT NOT NULL,  -- as claimed by the webhook-id header; empty if not of that form
    digest TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    key INTEGER PRIMARY KEY,  -- also the order of telling within an instruction
    instruction INTEGER NOT NULL REFERENCES instructions,
    webhook_id TEXT NOT NULL,  -- shared by the deliveries of a repeated event
    event TEXT NOT NULL, step INTEGER NOT NULL, occurred_at TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL,
    held INTEGER NOT NULL,  -- kept back while the agency is silent
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, first_tried REAL,
    last_answer TEXT NOT NULL DEFAULT '', delivered_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS events_of_instruction ON events (instruction, key);
CREATE INDEX IF NOT EXISTS events_to_tell ON events (due) WHERE state = 'waiting' AND held = 0;
"""

# What has happened by now, told or not: the portal's reconciliation is there to find what it was never told.
STATE = """coalesce((SELECT event FROM events WHERE instruction = instructions.key AND occurred_at <= :now
    ORDER BY step DESC LIMIT 1), 'received') AS state"""
# In the order they came, so that nothing arriving meanwhile slips between two pages.
PAGE = f"""SELECT instruction_id, receipt, amount, {STATE}, received_at FROM instructions
    WHERE agency = :agency AND received_at >= :since AND number > :number ORDER BY number LIMIT :limit"""
# An instruction's callbacks go out one after the other, in the planned order, even when the portal was down meanwhile.
WAITING = """SELECT events.*, agency, instruction_id FROM events JOIN instructions ON instructions.key = instruction
    WHERE state = 'waiting' AND held = 0 AND NOT EXISTS (
        SELECT 1 FROM events AS earlier WHERE earlier.instruction = events.instruction
        AND earlier.key < events.key AND earlier.state = 'waiting')
    ORDER BY due, events.key LIMIT :limit"""
ANSWERED = """UPDATE events SET state = ?, attempts = attempts + 1, last_answer = ?, delivered_at = ?, first_tried = ?,
    due = ? WHERE key = ?"""
CALLED_BACK = """SELECT 1 FROM events JOIN instructions ON instructions.key = instruction
    WHERE agency = ? AND instruction_id = ? AND attempts > 0"""
HOLD = """UPDATE events SET held = ? WHERE state = 'waiting'
    AND instruction IN (SELECT key FROM instructions WHERE agency = ?)"""
# For the eyes of people: without the bodies, which hold account and ID numbers.
SEEN = {
    "requests": "SELECT agency, instruction_id, digest, outcome, at FROM requests ORDER BY key",
    "instructions": f"""SELECT agency, instruction_id, digest, receipt, amount, {STATE}, received_at
        FROM instructions ORDER BY key""",
    "events": """SELECT agency, instruction_id, webhook_id, event, occurred_at, state, held, attempts, last_answer,
        delivered_at FROM events JOIN instructions ON instructions.key = instruction ORDER BY events.key""",
}


class Ledger:
    """What the agencies were sent, what they made of it, and what they still have to tell the portal."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # request bodies hold account and ID numbers
        self._db = sqlite3.connect(path)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def note(self, message: Message, outcome: str) -> None:
        """Keep a request, under the id it claims if that looks like one."""
        claimed = message.webhook_id if is_instruction_id(message.webhook_id) else ""
        with self._db:
            entry = {"agency": message.agency, "instruction_id": claimed, "digest": message.digest}
            self._add("requests", entry | {"outcome": outcome, "at": moment(time.time()), "body": message.body})

    def receive(self, message: Message, amount: str, callbacks: list[Callback], *, fault: str) -> dict:
        """The answer to an instruction. The same body twice gets the same answer and happens once."""
        with self._db:
            known = self._find(message.agency, message.webhook_id)
            if known and known["digest"] != message.digest:
                raise Refusal(409, "instruction_differs", "This instruction_id was sent before with another body.")
            if not known:
                self._enter(message, amount, callbacks, held=fault == "silent")
            outcome = "repeated" if known else "received"
            self.note(message, f"{outcome}, {fault}" if fault else outcome)  # last: it ends the transaction
        entry = known or self._find(message.agency, message.webhook_id)
        assert entry is not None, "entered just now"
        return {field: entry[field] for field in ("receipt", "instruction_id", "received_at")}

    def page(self, agency: str, *, since: str, after: str, limit: int) -> list[dict]:
        """Instructions received from the moment `since`, behind the one with the id `after`."""
        last = self._find(agency, after) if after else {"number": 0}
        if last is None:
            raise Refusal(400, "unknown_after", "after must be an instruction_id that this agency has.")
        return self._rows(PAGE, agency=agency, since=since, number=last["number"], limit=limit)

    def seen(self) -> dict[str, list[dict]]:
        """All requests, instructions and events."""
        return {name: self._rows(query) for name, query in SEEN.items()}

    def waiting(self, limit: int) -> list[dict]:
        """What is to be told to the portal next, now or later: the first waiting event of each instruction."""
        return self._rows(WAITING, limit=limit)

    def answered(self, event: dict, answer: str) -> None:
        """The portal has the event if it answered 2xx; otherwise it is told again later."""
        now = time.time()
        first_tried, due = event["first_tried"] or now, now + retry_pause(event["attempts"] + 1)
        given_up = now - first_tried > GIVE_UP_AFTER
        state = ("delivered", moment(now)) if answer[0] == "2" else ("given_up" if given_up else "waiting", "")
        with self._db:
            self._db.execute(ANSWERED, [state[0], answer, state[1], first_tried, due, event["key"]])

    def hold(self, agency: str, held: bool) -> None:
        """The agency falls silent, or speaks again and tells what it kept back."""
        with self._db:
            self._db.execute(HOLD, [held, agency])

    def called_back(self, message: Message) -> bool:
        """Whether the portal has been told something about this instruction, heard or not."""
        return self._db.execute(CALLED_BACK, [message.agency, message.webhook_id]).fetchone() is not None

    def _enter(self, message: Message, amount: str, callbacks: list[Callback], *, held: bool) -> None:
        received, agency = time.time(), message.agency
        count = "SELECT coalesce(max(number), 0) + 1 FROM instructions WHERE agency = ?"
        (number,) = self._db.execute(count, [agency]).fetchone()
        entry = {"agency": agency, "number": number, "instruction_id": message.webhook_id, "digest": message.digest}
        entry |= {"receipt": f"{agency.upper()}-{number:06}", "amount": amount, "received_at": moment(received)}
        key = self._add("instructions", entry)
        # Not numbered ids: they must stay unique when someone deletes the file and starts over.
        webhook_ids = {callback.event: f"evt_{uuid.uuid4().hex}" for callback in callbacks}
        for callback in callbacks:
            body = callback_message(callback, message.webhook_id, received)
            event = {"instruction": key, "webhook_id": webhook_ids[callback.event], "event": callback.event}
            event |= {"step": callback.step, "occurred_at": body["occurred_at"], "due": received + callback.after}
            self._add("events", event | {"body": json.dumps(body, ensure_ascii=False), "held": held})

    def _add(self, table: str, row: dict) -> int:
        query = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
        key = self._db.execute(query, row).lastrowid
        assert key is not None, "an INSERT has one"
        return key

    def _find(self, agency: str, instruction_id: str) -> sqlite3.Row | None:
        query = "SELECT * FROM instructions WHERE agency = ? AND instruction_id = ?"
        return self._db.execute(query, [agency, instruction_id]).fetchone()

    def _rows(self, query: str, **values: object) -> list[dict]:
        return [dict(row) for row in self._db.execute(query, values | {"now": moment(time.time())})]
