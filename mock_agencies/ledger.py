"""What the agencies were sent and what became of it, kept in the book, so that a restart forgets nothing."""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from .book import Book
from .faults import NO_QUESTIONS
from .messages import INSTRUCTION_ID, Message, Refusal
from .rules import OPEN, Callback, amount_of, callback_message, moment, usual_reason

# With its newest event that has happened by now, told or not: the portal asks to find what it was never told.
KNOWN = """SELECT instructions.*, coalesce(newest.body, '{}') AS newest FROM instructions
    LEFT JOIN events AS newest ON newest.key = (
        SELECT key FROM events WHERE instruction = instructions.key AND occurred_at <= :now
        ORDER BY step DESC, key LIMIT 1)
    WHERE forgotten = 0 AND agency = :agency"""
ONE = f"{KNOWN} AND instruction_id = :instruction_id"
BARRED = "SELECT at FROM barred WHERE agency = :agency AND instruction_id = :instruction_id"
# In the order they came, so that nothing arriving meanwhile slips between two pages.
CHANGED = f"""{KNOWN} AND instructions.key > :key AND (substr(received_at, 1, 10) = :day OR EXISTS (
        SELECT 1 FROM events WHERE instruction = instructions.key
        AND substr(occurred_at, 1, 10) = :day AND occurred_at <= :now))
    ORDER BY instructions.key LIMIT :limit"""
PLANNED = "DELETE FROM events WHERE instruction = :key AND occurred_at > :now"
HELD = "SELECT coalesce(max(held), 0) AS held FROM events WHERE instruction = :key"
FORGET = "UPDATE instructions SET forgotten = 1 WHERE key = :key"
UNTOLD = "DELETE FROM events WHERE instruction = :key AND state = 'waiting'"


class Known(NamedTuple):
    """One instruction that the agency has."""

    key: int
    agency: str
    amount: str
    digest: str
    line_amounts: dict[str, str]
    row: dict  # as the portal is shown it


def _known(found: dict) -> Known:
    event = json.loads(found["newest"])
    row = {field: found[field] for field in ("instruction_id", "receipt", "received_at")}
    row |= {"state": event.get("event", "received"), "sequence": event.get("sequence", 0)}
    row |= {"occurred_at": event.get("occurred_at", ""), "amount": event.get("amount", found["amount"])}
    row |= {"reason": event.get("reason", ""), "paid_on": event.get("paid_on", ""), "lines": event.get("lines", [])}
    amounts = json.loads(found["line_amounts"])
    return Known(found["key"], found["agency"], found["amount"], found["digest"], amounts, row)


class Ledger:
    """What the agencies know, and what they do with it."""

    def __init__(self, book: Book):
        self._book = book

    def note(self, message: Message, outcome: str) -> None:
        """Keep what became of an instruction, under the id it claims if that looks like one."""
        request = {"agency": message.agency, "instruction_id": _claimed(message.webhook_id), "digest": message.digest}
        with self._book.db:
            self._book.add("requests", request | {"outcome": outcome, "at": moment(time.time())})

    def note_question(self, agency: str, question: str, instruction_id: str, outcome: str) -> None:
        """Keep what was asked, and what the answer came to."""
        asked = {"agency": agency, "question": question, "instruction_id": _claimed(instruction_id)}
        with self._book.db:
            self._book.add("questions", asked | {"outcome": outcome, "at": moment(time.time())})

    def receive(self, message: Message, instruction: dict, callbacks: list[Callback], *, fault: str) -> dict:
        """The answer to an instruction. The same body twice gets the same answer and happens once."""
        ids = {"agency": message.agency, "instruction_id": message.webhook_id}
        if self._book.rows(BARRED, **ids):
            raise Refusal(422, "cancelled", "This instruction was cancelled before it came and is refused for good.")
        known = self._find(**ids)
        with self._book.db:
            if not known:
                self._enter(message, instruction, callbacks, held=fault == "silent")
            elif known.digest != message.digest:
                raise Refusal(409, "instruction_differs", "This instruction_id was sent before with another body.")
            elif fault == NO_QUESTIONS:
                raise Refusal(409, "duplicate", "This instruction was sent before.")
            outcome = "repeated" if known else "received"
            self.note(message, f"{outcome}, {fault}" if fault else outcome)  # last: it ends the transaction
        row = self.row(**ids)
        return {field: row[field] for field in ("receipt", "instruction_id", "received_at")}

    def row(self, agency: str, instruction_id: str) -> dict:
        """What the agency says of one instruction, or a Refusal: it never had it."""
        if known := self._find(agency, instruction_id):
            return known.row
        if barred := self._book.rows(BARRED, agency=agency, instruction_id=instruction_id):
            return _never_came(instruction_id, barred[0]["at"])
        raise unknown(instruction_id)

    def page(self, agency: str, *, day: str, after: str, limit: int) -> list[dict]:
        """What came or changed on that day, behind the instruction with the id `after`."""
        last = self._find(agency, after) if after else None
        if after and not last:
            raise Refusal(400, "malformed", "after is not an instruction_id that this agency has.")
        found = self._book.rows(CHANGED, agency=agency, day=day, key=last.key if last else 0, limit=limit)
        return [_known(one).row for one in found]

    def cancel(self, agency: str, instruction_id: str, *, held: bool) -> dict:
        """Stop it if it is still open, bar it if it never came; either way what the agency says of it then."""
        known = self._find(agency, instruction_id)
        if known and known.row["state"] in OPEN:
            self._happen(known, Callback("cancelled", 0, lines=tuple(known.row["lines"])), held=held)
        elif not known and not self._book.rows(BARRED, agency=agency, instruction_id=instruction_id):
            with self._book.db:
                barred = {"agency": agency, "instruction_id": instruction_id, "at": moment(time.time())}
                self._book.add("barred", barred)
        return self.row(agency, instruction_id)

    def happen(self, agency: str, instruction_id: str, order: dict, *, held: bool, times: int = 1) -> dict:
        """Add the event somebody ordered, with what it does not say as usual; what the agency says of it then."""
        known = self._find(agency, instruction_id)
        if not known:
            raise unknown(instruction_id)
        usual = {"reason": usual_reason(agency, order["event"], known.row["state"]), "lines": known.row["lines"]}
        wanted = usual | order
        callback = Callback(step=0, **wanted | {"lines": tuple(wanted["lines"])})
        self._happen(known, callback, held=held, times=times)
        return self.row(agency, instruction_id)

    def forget(self, agency: str, instruction_id: str) -> None:
        """From now on the agency knows nothing of it, and tells nothing more."""
        if known := self._find(agency, instruction_id):
            with self._book.db:
                self._book.rows(UNTOLD, key=known.key)
                self._book.rows(FORGET, key=known.key)

    def _find(self, agency: str, instruction_id: str) -> Known | None:
        found = self._book.rows(ONE, agency=agency, instruction_id=instruction_id)
        return _known(found[0]) if found else None

    def _enter(self, message: Message, instruction: dict, callbacks: list[Callback], *, held: bool) -> None:
        received, agency = time.time(), message.agency
        (last,) = self._book.rows("SELECT count(*) AS count FROM instructions WHERE agency = :agency", agency=agency)
        entry = {"agency": agency, "instruction_id": message.webhook_id, "digest": message.digest}
        entry |= {"amount": instruction["amount"], "line_amounts": json.dumps(_line_amounts(instruction))}
        entry |= {"receipt": f"{agency.upper()}-{last['count'] + 1:06}", "received_at": moment(received)}
        self._book.add("instructions", entry)
        if known := self._find(agency, message.webhook_id):
            self._write(known, [(callback, moment(received + callback.after)) for callback in callbacks], held=held)

    def _happen(self, known: Known, callback: Callback, *, held: bool, times: int = 1) -> None:
        """It happens now and overtakes the plan: what was to come later does not come any more."""
        with self._book.db:
            (before,) = self._book.rows(HELD, key=known.key)
            self._book.rows(PLANNED, key=known.key)
            event = replace(callback, step=known.row["sequence"] + 1), moment(time.time())
            self._write(known, [event] * times, held=held or bool(before["held"]))

    def _write(self, known: Known, events: Sequence[tuple[Callback, str]], *, held: bool) -> None:
        life = (
            uuid.uuid4().hex
        )  # not numbered alone: ids must stay unique when someone deletes the file and starts over
        for callback, at in events:
            amount = callback.amount or amount_of(callback.event, known.amount, known.line_amounts, callback.lines)
            body = callback_message(replace(callback, amount=amount), known.row["instruction_id"], at)
            event = {"instruction": known.key, "webhook_id": f"evt_{life}_{callback.step}", "event": callback.event}
            event |= {"step": callback.step, "occurred_at": at, "due": at, "held": held}
            self._book.add("events", event | {"body": json.dumps(body, ensure_ascii=False)})


def unknown(instruction_id: str) -> Refusal:
    """The one answer that says for certain: this agency never had it."""
    message = "This agency has no such instruction."
    return Refusal(404, "unknown_instruction", message, instruction_id=instruction_id)


def _never_came(instruction_id: str, at: str) -> dict:
    row = {"instruction_id": instruction_id, "receipt": "", "received_at": "", "state": "cancelled", "sequence": 0}
    return row | {"occurred_at": at, "amount": "0.00", "reason": "", "paid_on": "", "lines": []}


def _claimed(instruction_id: str) -> str:
    return instruction_id if INSTRUCTION_ID.fullmatch(instruction_id) else ""


def _line_amounts(instruction: dict) -> dict[str, str]:
    amounts: dict[str, Decimal] = {}
    for line in instruction["lines"]:
        ticket = line["ticket_number"]
        amounts[ticket] = amounts.get(ticket, Decimal(0)) + Decimal(line["amount"])
    return {ticket: str(amount) for ticket, amount in amounts.items()}
