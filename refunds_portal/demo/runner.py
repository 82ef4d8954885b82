"""Starts the parts of the portal as processes of their own, restarts what dies, and stops them in the right order."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

# A job in hand is finished first; its HTTP calls have a time-out of their own below this.
GRACE_SECONDS = {"web": 10, "worker": 35, "agencies": 5}


@dataclass
class Part:
    """One child process and how it is started."""

    name: str
    command: list[str]
    process: subprocess.Popen[str] = field(init=False)

    def start(self, env: dict[str, str]) -> None:
        # A session of its own: Ctrl-C reaches the parent only, which stops the parts one after the other.
        self.process = subprocess.Popen(
            self.command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        threading.Thread(target=self._echo, args=(self.process.stdout,), daemon=True).start()

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS[self.name])
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _echo(self, output) -> None:
        for line in output:
            sys.stdout.write(f"{self.name:>8} | {line}")


class Runner:
    """`parts` in starting order; they are stopped in the same order (web first, so that nothing new comes in)."""

    def __init__(self, parts: list[Part], env: dict[str, str]):
        self.parts, self.env = parts, env
        self.stopping = threading.Event()

    def start(self) -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self.stopping.set())
        for part in self.parts:
            part.start(self.env)

    def watch(self, ready) -> None:
        """Until a signal. `ready()` is asked until it is true once, and then announces."""
        announced = False
        while not self.stopping.wait(0.3):
            announced = announced or ready()
            for part in self.parts:
                # A worker leaves with 0 when the database restarts, so every exit is restarted.
                if part.process.poll() is not None:
                    sys.stdout.write(f"{part.name:>8} | exited with {part.process.returncode}, starting it again\n")
                    time.sleep(1)
                    part.start(self.env)

    def stop(self) -> None:
        for part in self.parts:
            part.stop()
