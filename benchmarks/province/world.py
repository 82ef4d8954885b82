"""What everything in the province shares: chance, time, the tables, the map."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from benchmarks.province.places import Map
from benchmarks.province.residents import People, day_of
from benchmarks.province.streams import Streams
from foundation.numbers import check_digit

YOUNG = 0.85  # from here on an application is one of the newest
# No gap between two steps of a life is longer, in seconds; those of the wire take a moment.
LONGEST, MOMENT = 4 * 86_400, 2.0
WIRE = frozenset({"send", "lost", "held", "acknowledge"})


@dataclass
class World:
    """A province in the making, from `start` to `end` (seconds), with so many applications."""

    rng: Random
    tables: Streams
    applications: int
    start: float
    end: float
    made: int = 0
    people: People = field(init=False)
    map: Map = field(init=False)

    def __post_init__(self) -> None:
        self.people = People(self.rng, self.tables, self.start - 86_400)
        self.map = Map(self.rng, self.tables, self.people)

    @property
    def is_full(self) -> bool:
        return self.made >= self.applications

    @property
    def is_young(self) -> bool:
        return self.made >= YOUNG * self.applications

    def now(self) -> float:
        """When the next application is begun: later than the one before, evenly over the whole time."""
        share = (self.made + self.rng.random()) / (self.applications + 1)
        return self.start + share * (self.end - self.start)

    def later(self, moment: float, step: str) -> float:
        """When the next step is taken; always before the end."""
        gap = MOMENT if step in WIRE else self.rng.random() * LONGEST
        return moment + min(gap, (self.end - moment) / 2)

    def number(self, prefix: str, moment: float) -> str:
        """申请单号, as `refunds.numbering` gives it."""
        self.made += 1
        digits = f"{_digits(day_of(moment))}{self.made:06d}"
        return f"{prefix}{digits}{check_digit(digits)}"


def _digits(day: date) -> str:
    return f"{day:%Y%m%d}"
