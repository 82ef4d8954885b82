"""What is killed when: drawn from a seed. Some die between send and receipt, because the agency was told to keep the line open."""

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.storm.stage import Server, Stage, until

AGENCIES = ("hrss", "medical")
KILLS = {
    "a web worker": 25,
    "web": 12,
    "worker": 20,
    "worker between send and receipt": 22,
    "agencies": 9,
    "agencies between taking and answering": 12,
}
# Who dies between two moments, and what the agency shows meanwhile.
MIDDLES = {
    "worker between send and receipt": ("worker", "accept_then_hang"),
    "agencies between taking and answering": ("agencies", "delay"),
}
FAULTS = ("accept_then_hang", "delay")
LONGEST_CALM = 1.5
# As long as it may take until something is sent; then whatever was to die between two moments dies at any.
PATIENCE = 15.0


@dataclass
class Weather:
    stage: Stage
    server: Server
    rng: Random
    happened: Counter = field(default_factory=Counter)
    kind: str = ""
    agency: str = ""
    with_restart: bool = False
    before: dict[str, int] = field(default_factory=dict)

    def forecast(self, *, with_restart: bool) -> None:
        """What will be struck next, before new approvals are on their way: who is to die in the middle waits for them."""
        self.kind = self.rng.choices(list(KILLS), KILLS.values())[0]
        self.with_restart, self.agency = with_restart, self.rng.choice(AGENCIES)
        self.before = {fault: self._taken(fault) for fault in FAULTS}
        if with_restart:
            for agency in AGENCIES:
                self.stage.order(agency, "delay", 4)
        elif self.kind in MIDDLES:
            self.stage.order(self.agency, MIDDLES[self.kind][1])

    def strike(self) -> None:
        """One kill, after a calm of any length, and whatever is dead is started again."""
        kind = "PostgreSQL" if self.with_restart else self.kind
        if self.with_restart:
            if self._is_in_the_middle("delay"):
                kind = "PostgreSQL, sends in flight"
            self.server.restart()
            self.happened[kind] += 1
            kind = self.kind
        if kind in MIDDLES and not self.with_restart:
            victim, fault = MIDDLES[kind]
            kind = kind if self._is_in_the_middle(fault) else victim
            self.stage.kill(victim)
        else:
            time.sleep(self.rng.uniform(0, LONGEST_CALM))
            kind = MIDDLES[kind][0] if kind in MIDDLES else kind
            self._kill(kind)
        self.happened[kind] += 1
        for agency in AGENCIES:
            self.stage.order(agency, "none", None)
        self.stage.mend()

    def _kill(self, name: str) -> None:
        if name == "a web worker":
            self.stage.kill_one_web_worker(self.rng.choice)
        else:
            self.stage.kill(name)

    def _is_in_the_middle(self, fault: str) -> bool:
        """An instruction was taken that is not acknowledged yet; False when none comes."""
        return bool(until(lambda: self._taken(fault) > self.before[fault], PATIENCE, pause=0.02))

    def _taken(self, fault: str) -> int:
        """How many instructions the agencies took while they showed this fault."""
        return self.stage.book(f"SELECT count(*) FROM requests WHERE outcome LIKE '%, {fault}'")[0][0]
