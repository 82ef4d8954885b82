"""`python -m tests.storm`: leaves with 0 when everything holds, otherwise with 1, its seed, and its folder kept."""

import argparse
import os
import queue
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from tests.storm.stage import Server, Stage, until

# When nothing more is killed, everything has to come to rest by itself within this time.
REST_SECONDS = 900
# Approvals that the officers may be behind.
BEHIND = 20
OFFICERS = ("reviewer", "colleague")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--approvals", type=int, default=40)
    asked.add_argument("--kills", type=int, default=4)
    asked.add_argument("--restarts", type=int, default=1)
    asked.add_argument(
        "--losses", type=int, default=0, help="of the database with all its files, restored from a backup"
    )
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked.add_argument("--broken", action="store_true", help="without one guarantee (broken.py): that must be seen")
    asked.add_argument("--rest", type=int, default=REST_SECONDS, help="seconds after which all has to be at rest")
    options = asked.parse_args()
    # Short, because a unix socket's path may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="storm-", dir="/tmp"))
    folder.chmod(0o755)
    say(f"seed {options.seed}, {folder}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    os.environ |= {"PORTAL_DATA": str(folder), "PORTAL_DEMO": "1", "DJANGO_SETTINGS_MODULE": "refunds_portal.settings"}
    # 12 seconds are as few as there may be: a worker beats every ten.
    os.environ |= {
        "DECISION_GRACE_SECONDS": "1",
        "TAKEN_SECONDS": "1",  # who is led to the next case does not go there
        "MOCK_DELAY": "8" if options.broken else "1",  # what is sent again is sent before the first result
        "MOCK_SILENCE": "5",
        "WORKER_STALLED_SECONDS": "12",
    }
    server = Server(folder)
    os.environ["DATABASE_URL"] = server.url
    try:
        found = list(run(options, folder, server))
    finally:
        server.stop()
    for one in found:
        say(f"WRONG: {one}")
    if found and not options.broken:
        sys.exit(f"seed {options.seed} failed; everything is kept in {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    if found:
        sys.exit("It was seen.")
    say("Everything holds.")


def run(options, folder: Path, server: Server) -> Iterator[str]:
    """The whole of it; whatever is wrong in the end."""
    import django

    django.setup()
    from tests.storm.people import settle_province

    rng, over = random.Random(options.seed), threading.Event()
    stage = built(folder, options.broken)
    try:
        province = settle_province(options.approvals, rng)
        say(f"{options.approvals} applications wait")
        if options.losses:
            server.keep()
        for name in stage.commands:
            stage.start(name)
        if not until(stage.is_ready, 120, pause=0.3):
            yield f"the portal did not start:\n{stage.words()}"
            return
        with officers(stage, province, over) as office:
            from tests.storm.weather import Weather

            weather = Weather(stage, server, rng)
            yield from storm(options, weather, office)
            yield from calm(options, stage, weather, office)
    finally:
        over.set()
        stage.stop()


def storm(options, weather, office) -> Iterator[str]:
    """So many kills, with a share of the approvals between each two; the promises are looked at after each."""
    from tests.storm import findings
    from tests.storm.people import correct_accounts

    begun, unseen, restarts = time.monotonic(), 0, set(spread(options.restarts, options.kills))
    losses = set(spread(options.losses, options.kills))
    for kill in range(options.kills):
        due = options.approvals * (kill + 1) // options.kills
        weather.forecast(with_restart=kill in restarts, with_loss=kill in losses)
        office.release(due)
        weather.strike()
        # The approvals keep up with the kills, so that all the while something is under way.
        until(lambda due=due: len(office.answered) >= due - BEHIND or office.faults, 30)
        if not kill % 10:
            say(f"kill {kill + 1}: {len(office.answered)} approvals answered")
        findings.if_it_can(correct_accounts, None)
        broken = findings.if_it_can(findings.broken_promises, None)
        unseen += broken is None
        yield from (f"after kill {kill + 1}: {one}" for one in broken or [])
    say(f"the promises were looked at after {options.kills - unseen} of {options.kills} kills")
    say(
        f"{options.kills} kills, {options.restarts} restarts, {options.losses} losses in {time.monotonic() - begun:.0f} s: "
        f"{dict(weather.happened)}"
    )


def calm(options, stage: Stage, weather, office) -> Iterator[str]:
    """Nothing is killed any more: it comes to rest, and then everything must hold."""
    from tests.storm import findings

    begun = time.monotonic()

    def is_over() -> bool:
        stage.mend()
        return bool(office.faults) or (
            office.left() == 0 and findings.if_it_can(lambda: findings.is_at_rest(stage), False)
        )

    if not until(is_over, options.rest, pause=1):
        yield f"not at rest after {options.rest} s, {office.left()} approvals left:\n{stage.words()}"
    say(f"at rest after {time.monotonic() - begun:.0f} s; officers: {dict(sorted(office.tally.items()))}")
    for name, figure in findings.figures(stage).items():
        say(f"{name}: {figure}")
    yield from findings.wrong(stage, office.answered)
    yield from office.faults


@contextmanager
def officers(stage: Stage, province, over: threading.Event) -> Iterator[SimpleNamespace]:
    """At work in threads of their own, until the storm is over."""
    from tests.storm.people import Officer

    waiting, referred = queue.Queue(), queue.Queue()
    for number in province.numbers:
        waiting.put(number)
    pace, unpaced = threading.Semaphore(0), threading.Semaphore(10**6)
    tally, answered, countersigned, faults = {}, [], [], []
    common = {"url": stage.url, "over": over, "tally": tally}

    def refer(number: str) -> None:
        if number in province.villages:
            referred.put(number)

    staff = [
        Officer(
            **common, user=getattr(province.cast, name), waiting=waiting, pace=pace, answered=answered, refers=refer
        )
        for name in OFFICERS
    ]
    above = {"waiting": referred, "pace": unpaced, "answered": countersigned, "refers": lambda number: None}
    staff.append(Officer(**common, **above, user=province.cast.countersigner))

    def at_work(officer: "Officer") -> None:
        try:
            officer.work()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told in the end
            faults.append(f"an officer met {error!r}")

    released = [0]

    def release(up_to: int) -> None:
        pace.release(up_to - released[0]) if up_to > released[0] else None
        released[0] = up_to

    threads = [threading.Thread(target=at_work, args=[officer], daemon=True) for officer in staff]
    for thread in threads:
        thread.start()

    def left() -> int:
        return len(province.numbers) + len(province.villages) - len(answered) - len(countersigned)

    yield SimpleNamespace(release=release, left=left, tally=tally, answered=answered, faults=faults)
    over.set()
    for thread in threads:
        thread.join(30)


def built(folder: Path, broken: bool) -> Stage:
    """An empty database with all tables, and the parts of the demo."""
    from django.core.management import call_command

    from refunds_portal.management.commands import demo

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    port = demo._free_port()
    commands = {part.name: part.command for part in demo._parts(port)}
    if broken:
        commands["worker"] = [sys.executable, "-m", "tests.storm.broken"]
    return Stage(folder, demo._environment(port), commands)


def spread(what: int, over: int) -> list[int]:
    """Evenly among so many."""
    return [(2 * n + 1) * over // (2 * what) for n in range(what)]


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
