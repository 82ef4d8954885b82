"""What the agencies still have to tell the portal."""

import time
from dataclasses import dataclass

from .rules import moment, retry_pause
from .store import Store

GIVE_UP_AFTER = 3 * 24 * 3600.0

# An instruction's callbacks go out one after the other, in the planned order, even when the portal was down meanwhile.
READY = """SELECT events.key, agency, instruction_id, webhook_id, event, body, attempts, first_tried
    FROM events JOIN instructions ON instructions.key = events.instruction
    WHERE state = 'waiting' AND held = 0 AND due <= :now AND NOT EXISTS (
        SELECT 1 FROM events AS earlier WHERE earlier.instruction = events.instruction
        AND earlier.key < events.key AND earlier.state = 'waiting')
    ORDER BY due, events.key LIMIT :limit"""

HOLD = """UPDATE events SET held = :held WHERE state = 'waiting'
    AND instruction IN (SELECT key FROM instructions WHERE agency = :agency)"""


@dataclass(frozen=True)
class Event:
    """One delivery to make."""

    key: int
    agency: str
    instruction_id: str
    webhook_id: str
    event: str
    body: str
    attempts: int
    first_tried: float | None


class Outbox:
    """The events still to be told to the portal, in the order in which they are due."""

    def __init__(self, store: Store):
        self._store = store

    def ready(self, now: float, limit: int) -> list[Event]:
        return [Event(**row) for row in self._store.rows(READY, now=now, limit=limit)]

    def next_due(self, now: float) -> float | None:
        """When the next event that is not due yet will be."""
        query = "SELECT min(due) AS due FROM events WHERE state = 'waiting' AND held = 0 AND due > :now"
        return self._store.rows(query, now=now)[0]["due"]

    def delivered(self, event: Event, answer: str) -> None:
        with self._store.transaction() as db:
            db.execute(
                """UPDATE events SET state = 'delivered', attempts = attempts + 1, last_answer = ?, delivered_at = ?
                   WHERE key = ?""",
                (answer, moment(time.time()), event.key),
            )

    def failed(self, event: Event, answer: str) -> None:
        now = time.time()
        first_tried = event.first_tried or now
        state = "given_up" if now - first_tried > GIVE_UP_AFTER else "waiting"
        with self._store.transaction() as db:
            db.execute(
                """UPDATE events SET state = ?, attempts = attempts + 1, last_answer = ?, first_tried = ?, due = ?
                   WHERE key = ?""",
                (state, answer, first_tried, now + retry_pause(event.attempts + 1), event.key),
            )

    def hold(self, agency: str) -> None:
        """The agency falls silent."""
        self._set_held(agency, True)

    def release(self, agency: str) -> None:
        """The agency speaks again, and tells what it kept back."""
        self._set_held(agency, False)

    def _set_held(self, agency: str, held: bool) -> None:
        with self._store.transaction() as db:
            db.execute(HOLD, {"held": held, "agency": agency})

    def called_back(self, agency: str, instruction_id: str) -> bool:
        query = """SELECT 1 FROM events JOIN instructions ON instructions.key = events.instruction
            WHERE agency = :agency AND instruction_id = :instruction_id AND attempts > 0 LIMIT 1"""
        return bool(self._store.rows(query, agency=agency, instruction_id=instruction_id))

    def events(self) -> list[dict]:
        return self._store.rows(
            """SELECT agency, instruction_id, webhook_id, event, occurred_at, state, held, attempts, last_answer,
                      delivered_at
               FROM events JOIN instructions ON instructions.key = events.instruction ORDER BY events.key"""
        )
