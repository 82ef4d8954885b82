"""What the agencies were sent: every request they saw, and the instructions that came out of them."""

import hashlib
import json
import sqlite3
import time
import uuid
from dataclasses import dataclass

from .messages import Refusal
from .rules import Callback, callback_message, moment
from .store import Store

# What has happened by now, told or not: the portal's reconciliation is there to find what it was never told.
STATE = """coalesce((SELECT event FROM events WHERE instruction = instructions.key AND occurred_at <= :now
                     ORDER BY step DESC LIMIT 1), 'received') AS state"""


@dataclass(frozen=True)
class Request:
    """One message from the portal, as it came."""

    agency: str
    webhook_id: str
    body: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


class Ledger:
    """Every request the agencies ever saw, and the instructions they took."""

    def __init__(self, store: Store):
        self._store = store

    def note(self, request: Request, outcome: str, instruction_id: str = "") -> None:
        """Keep a request that changed nothing."""
        with self._store.transaction() as db:
            _note(db, request, outcome, instruction_id)

    def receive(self, request: Request, amount: str, callbacks: list[Callback], *, held: bool, fault: str) -> dict:
        """The answer to an instruction. The same body twice gets the same answer and happens once."""
        with self._store.transaction() as db:
            known = _find(db, request)
            if known and known["digest"] != request.digest:
                raise Refusal(409, "instruction_differs", "This instruction_id was sent before with another body.")
            if not known:
                _enter(db, request, amount, callbacks, held)
            outcome = "repeated" if known else "received"
            _note(db, request, f"{outcome}, {fault}" if fault else outcome, request.webhook_id)
            entry = known or _find(db, request)
        return {field: entry[field] for field in ("receipt", "instruction_id", "received_at")}

    def page(self, agency: str, *, since: str, after: str, limit: int) -> list[dict]:
        """Instructions in the order they came, so that nothing arriving meanwhile slips between two pages."""
        return self._store.rows(
            f"""SELECT instruction_id, receipt, amount, {STATE}, received_at FROM instructions
                WHERE agency = :agency AND received_at >= :since AND number > :number ORDER BY number LIMIT :limit""",
            agency=agency,
            since=since,
            number=self._number(agency, after) if after else 0,
            limit=limit,
            now=moment(time.time()),
        )

    def requests(self) -> list[dict]:
        """Everything seen, without the bodies: those hold account and ID numbers."""
        return self._store.rows("SELECT agency, instruction_id, digest, outcome, at FROM requests ORDER BY key")

    def instructions(self) -> list[dict]:
        return self._store.rows(
            f"""SELECT agency, instruction_id, digest, receipt, amount, {STATE}, received_at
                FROM instructions ORDER BY key""",
            now=moment(time.time()),
        )

    def _number(self, agency: str, instruction_id: str) -> int:
        rows = self._store.rows(
            "SELECT number FROM instructions WHERE agency = :agency AND instruction_id = :instruction_id",
            agency=agency,
            instruction_id=instruction_id,
        )
        if not rows:
            raise Refusal(400, "unknown_after", "after must be an instruction_id that this agency has.")
        return rows[0]["number"]


def _find(db: sqlite3.Connection, request: Request) -> sqlite3.Row | None:
    key = (request.agency, request.webhook_id)
    return db.execute("SELECT * FROM instructions WHERE agency = ? AND instruction_id = ?", key).fetchone()


def _note(db: sqlite3.Connection, request: Request, outcome: str, instruction_id: str) -> None:
    db.execute(
        "INSERT INTO requests (agency, instruction_id, digest, outcome, at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (request.agency, instruction_id, request.digest, outcome, moment(time.time()), request.body),
    )


def _enter(db: sqlite3.Connection, request: Request, amount: str, callbacks: list[Callback], held: bool) -> None:
    received, agency = time.time(), request.agency
    (number,) = db.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM instructions WHERE agency = ?", (agency,)
    ).fetchone()
    entry = db.execute(
        """INSERT INTO instructions (agency, number, instruction_id, digest, receipt, amount, received_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            agency,
            number,
            request.webhook_id,
            request.digest,
            f"{agency.upper()}-{number:06}",
            amount,
            moment(received),
        ),
    )
    _enter_events(db, entry.lastrowid, request.webhook_id, callbacks, received, held)


def _enter_events(
    db: sqlite3.Connection,
    instruction: int,
    instruction_id: str,
    callbacks: list[Callback],
    received: float,
    held: bool,
) -> None:
    """One row per delivery. Not numbered ids: they must stay unique when someone deletes the file and starts over."""
    webhook_ids = {callback.event: f"evt_{uuid.uuid4().hex}" for callback in callbacks}
    for callback in callbacks:
        message = callback_message(callback, instruction_id, received)
        db.execute(
            """INSERT INTO events (instruction, webhook_id, event, step, occurred_at, body, due, held)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                instruction,
                webhook_ids[callback.event],
                callback.event,
                callback.step,
                message["occurred_at"],
                json.dumps(message, ensure_ascii=False),
                received + callback.told_after,
                held,
            ),
        )
