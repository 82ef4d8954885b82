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
LONGEST_CALM = 1.5
# As long as it may take until something is sent; then whatever was to die between two moments dies at any.
PATIENCE = 4.0


@dataclass
class Weather:
    stage: Stage
    server: Server
    rng: Random
    happened: Counter = field(default_factory=Counter)

    def strike(self) -> None:
        """One kill, after a calm of any length, and whatever is dead is started again."""
        kind = self.rng.choices(list(KILLS), KILLS.values())[0]
        agency, calm = self.rng.choice(AGENCIES), self.rng.uniform(0, LONGEST_CALM)
        time.sleep(calm)
        match kind:
            case "a web worker":
                self.stage.kill_one_web_worker(self.rng.choice)
            case "worker between send and receipt":
                kind = self._in_the_middle("worker", agency, "accept_then_hang", kind)
            case "agencies between taking and answering":
                kind = self._in_the_middle("agencies", agency, "delay", kind)
            case _:
                self.stage.kill(kind)
        self.happened[kind] += 1
        self.stage.mend()

    def restart_database(self) -> None:
        """With sends in flight, where there are any."""
        before = self._taken("delay")
        for agency in AGENCIES:
            self.stage.order(agency, "delay", 4)
        in_flight = until(lambda: self._taken("delay") > before, PATIENCE)
        self.server.restart()
        self.happened["PostgreSQL, sends in flight" if in_flight else "PostgreSQL"] += 1
        for agency in AGENCIES:
            self.stage.order(agency, "none", None)
        self.stage.mend()

    def _in_the_middle(self, victim: str, agency: str, fault: str, kind: str) -> str:
        """It dies while an instruction is taken and not yet acknowledged; what it came to."""
        before = self._taken(fault)
        self.stage.order(agency, fault)
        found = until(lambda: self._taken(fault) > before, PATIENCE, pause=0.02)
        self.stage.kill(victim)
        self.stage.order(agency, "none", None)
        return kind if found else victim

    def _taken(self, fault: str) -> int:
        """How many instructions the agencies took while they showed this fault."""
        return self.stage.book(f"SELECT count(*) FROM requests WHERE outcome LIKE '%, {fault}'")[0][0]
