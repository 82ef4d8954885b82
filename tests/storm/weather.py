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
    with_loss: bool = False
    before: dict[str, int] = field(default_factory=dict)

    def forecast(self, *, with_restart: bool, with_loss: bool) -> None:
        """What will be struck next, before new approvals are on their way: who is to die in the middle waits for them."""
        self.kind = self.rng.choices(list(KILLS), KILLS.values())[0]
        self.with_restart, self.with_loss = with_restart, with_loss
        self.agency = self.rng.choice(AGENCIES)
        self.before = {fault: self._taken(fault) for fault in FAULTS}
        if with_restart:
            for agency in AGENCIES:
                self._order(agency, "delay", 4)
        elif self.kind in MIDDLES:
            self._order(self.agency, MIDDLES[self.kind][1], 1)

    def strike(self) -> None:
        """The database when it is its turn, and one kill: in the middle of a send, or after a calm of any length. Then whatever is
        dead is started again."""
        if self.with_restart:
            in_flight = self._is_in_the_middle("delay")
            self.server.restart()
            self.happened["PostgreSQL, sends in flight" if in_flight else "PostgreSQL"] += 1
        if self.with_loss:
            time.sleep(self.rng.uniform(0, LONGEST_CALM))
            self.server.lose()
            self.happened["the database with all its files"] += 1
        victim, fault = MIDDLES.get(self.kind, (self.kind, ""))
        in_the_middle = bool(fault) and not (self.with_restart or self.with_loss) and self._is_in_the_middle(fault)
        if not in_the_middle:
            time.sleep(self.rng.uniform(0, LONGEST_CALM))
        self._kill(victim)
        self.happened[self.kind if in_the_middle else victim] += 1
        for agency in AGENCIES:
            self.stage.order(agency, "none", None)
        self.stage.mend()

    def _order(self, agency: str, fault: str, times: int) -> None:
        """They may have been started just now."""
        until(lambda: self.stage.order(agency, fault, times), PATIENCE, pause=0.2)

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
