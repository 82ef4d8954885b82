"""What the agencies still have to tell the portal, in the order of telling."""

import time

from .book import Book
from .messages import Message
from .rules import moment, retry_pause

EVENTS = "FROM events JOIN instructions ON instructions.key = instruction"
# An instruction's callbacks go out one after the other, in the planned order, even when the portal was down meanwhile.
DUE = f"""SELECT events.*, agency, instruction_id {EVENTS}
    WHERE state = 'waiting' AND held = 0 AND due <= :now AND NOT EXISTS (
        SELECT 1 FROM events AS earlier WHERE earlier.instruction = events.instruction
        AND earlier.key < events.key AND earlier.state = 'waiting')
    ORDER BY due, events.key LIMIT :limit"""
CALLED_BACK = f"""SELECT 1 {EVENTS} WHERE forgotten = 0 AND agency = :agency AND instruction_id = :instruction_id
    AND attempts > 0"""
HOLD = """UPDATE events SET held = ? WHERE state = 'waiting'
    AND instruction IN (SELECT key FROM instructions WHERE agency = ?)"""


class Mail:
    """The events of the book that are to be told."""

    def __init__(self, book: Book):
        self._book = book

    def due(self, limit: int) -> list[dict]:
        """What is to be told to the portal now: of each instruction at most its first waiting event."""
        return self._book.rows(DUE, limit=limit)

    def answered(self, event: dict, answer: str) -> None:
        """The portal has the event if it answered 2xx; otherwise it is told again later."""
        state = "delivered" if answer.startswith("2") else "waiting"
        due = moment(time.time() + retry_pause(event["attempts"] + 1))
        update = "UPDATE events SET state = ?, attempts = attempts + 1, last_answer = ?, due = ? WHERE key = ?"
        with self._book.db as db:
            db.execute(update, [state, answer, due, event["key"]])

    def hold(self, agency: str, held: bool) -> None:
        """The agency falls silent, or speaks again and tells what it kept back."""
        with self._book.db as db:
            db.execute(HOLD, [held, agency])

    def called_back(self, message: Message) -> bool:
        """Whether the portal has been told something about this instruction, heard or not."""
        return bool(self._book.rows(CALLED_BACK, agency=message.agency, instruction_id=message.webhook_id))
