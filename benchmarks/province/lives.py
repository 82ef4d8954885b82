"""What may become of an application: its steps in the words of the history, and how often that happens.

Steps that the history has no word for are the wire's: `send`, `lost` (no answer), `held` (refused by the agency), and the
officer's marks in a batch, `leave_out`, and the lines that the agency returned, `apart`.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Life:
    """One way through both machines. `young` and `old` say how often, among the newest applications and among all others."""

    steps: tuple[str, ...]
    young: float
    old: float
    large: bool = False  # above the limit of the countersigner


def _life(steps: str, young: float, old: float, *, large: bool = False) -> Life:
    return Life(tuple(steps.split()), young, old, large)


SENT = "submit approve send acknowledge"
PAID = f"{SENT} accept pay"
LIVES = (
    _life("submit", 60, 2),
    _life(PAID, 8, 70),
    _life("submit reject", 4, 9),
    _life("submit withdraw", 3, 6),
    _life("submit refer", 2, 0.1, large=True),
    _life("submit refer send_back", 1, 0.1, large=True),
    _life("submit approve", 4, 0.05),
    _life("submit approve send lost", 1, 0.05),
    _life("submit approve send held", 0.5, 0.05),
    _life("submit approve send held recall", 0.1, 0.1),
    _life("submit approve undo approve send acknowledge accept pay", 0.1, 0.5),
    _life(SENT, 6, 0.5),
    _life(f"{SENT} accept", 8, 0.5),
    _life(f"{SENT} refuse", 1, 5),
    _life(f"{SENT} accept bounce", 1, 0.5),
    _life(f"{SENT} accept bounce correct_account send acknowledge accept pay", 0.3, 3),
    _life(f"{PAID} return_payment", 0.1, 0.2),
    _life(f"{PAID} dispute", 0.1, 0.05),
    _life("submit refer countersign send acknowledge accept pay", 0.3, 2, large=True),
)
# Of a village: first the draft, sometimes people who are left out or returned.
BATCHES = (
    _life("draft", 6, 0.3),
    _life("draft submit leave_out", 6, 0.3),
    _life(f"draft submit leave_out {PAID.removeprefix('submit ')}", 3, 20),
    _life("draft submit leave_out approve send acknowledge apart accept pay", 1, 10),
    *(_life(f"draft {' '.join(life.steps)}", life.young, life.old, large=life.large) for life in LIVES),
)


class Fates:
    """Gives out lives: first each of them once, so that nothing is missing from a small province; then by how often."""

    def __init__(self, rng: Random, lives: tuple[Life, ...] = LIVES):
        self._rng, self._lives = rng, lives
        self._given = 0
        self._young = [life.young for life in lives]
        self._old = [life.old for life in lives]

    def next(self, *, is_young: bool) -> Life:
        self._given += 1
        if self._given <= len(self._lives):
            return self._lives[self._given - 1]
        return self._rng.choices(self._lives, self._young if is_young else self._old)[0]
