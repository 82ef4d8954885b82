"""What people see of the book: never a name, a number of a person, an account or a ticket."""

from .book import Book
from .mail import EVENTS

STATE = """coalesce((SELECT event FROM events WHERE instruction = instructions.key AND occurred_at <= :now
    ORDER BY step DESC LIMIT 1), 'received') AS state"""
INSTRUCTIONS = f"""SELECT key, agency, instruction_id, digest, receipt, amount, received_at, {STATE} FROM instructions
    WHERE forgotten = 0 ORDER BY key"""
# Without the bodies, which hold ticket numbers.
TOLD = f"""SELECT agency, instruction_id, webhook_id, event, step AS sequence, occurred_at, state, held, attempts,
    last_answer {EVENTS} ORDER BY events.key"""
NEWEST = f"""SELECT key, agency, instruction_id, receipt, amount, received_at, forgotten, {STATE} FROM instructions
    ORDER BY key DESC LIMIT :limit"""
OF_ONE = """SELECT event, step AS sequence, occurred_at, occurred_at <= :now AS happened, state, held, attempts,
    last_answer, json_extract(body, '$.amount') AS amount FROM events WHERE instruction = :key ORDER BY step, key"""
BARRED = "SELECT agency, instruction_id, at FROM barred ORDER BY key DESC LIMIT :limit"


class Sight:
    """Questions of people, not of the portal."""

    def __init__(self, book: Book):
        self._book = book

    def seen(self) -> dict[str, list[dict]]:
        """All requests, questions, instructions and events."""
        return {
            "requests": self._book.rows("SELECT * FROM requests ORDER BY key"),
            "questions": self._book.rows("SELECT * FROM questions ORDER BY key"),
            "instructions": self._book.rows(INSTRUCTIONS),
            "events": self._book.rows(TOLD),
        }

    def newest(self, limit: int) -> list[dict]:
        """The newest instructions of both agencies, each with its `events` and the `sequence` that has come."""
        found = self._book.rows(NEWEST, limit=limit)
        for one in found:
            one["events"] = self._book.rows(OF_ONE, key=one["key"])
            one["sequence"] = max((event["sequence"] for event in one["events"] if event["happened"]), default=0)
        return found

    def barred(self, limit: int) -> list[dict]:
        """The newest that were cancelled before they came."""
        return self._book.rows(BARRED, limit=limit)
