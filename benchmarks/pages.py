"""Every page of an officer's day, on provinces of different sizes: what it asks, how long it takes, whether it stays the same.

    python -m benchmarks.pages --database postgresql://…/small --database postgresql://…/large [--rounds 7] [--only queue]

Each database is a province of `benchmarks.generate`, looked at by a process of its own; the pages are asked for in turn, so that
what is compared is near in time. Everything goes through the whole portal, without a server before it. Prints a table:

- asks: how many statements beyond those of who is signed in
- cost: milliseconds of a core, of the portal and of its session in the database together, in brackets the database alone; the
  median of the rounds. Unlike the clock it does not count who else is at work on the machine
- growth: the median of the rounds' own ratios of cost, the last province to the first, with the least and the largest
- clock: milliseconds that whoever asks waits, on the last province; the median

Written are sessions, and what looking people up notes; nothing else.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from benchmarks.portal import ROOT, prepare


@contextmanager
def visitor(database: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that answers for one province, line by line."""
    command = [sys.executable, "-m", "benchmarks.visits", database]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield process
    finally:
        process.communicate()  # the end of what it is asked is the end of it


def told(process: "subprocess.Popen[str]") -> Any:
    """Its next line."""
    assert process.stdout is not None, "it has one"
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("A visitor has ended; what it wrote above says why.")
    return json.loads(line)


def asked(process: "subprocess.Popen[str]", page: str) -> dict[str, float]:
    """What it found on that page."""
    assert process.stdin is not None, "it has one"
    process.stdin.write(page + "\n")
    process.stdin.flush()
    found: dict[str, float] = told(process)
    return found


def line(page: str, rounds: list[list[dict[str, float]]]) -> str:
    """One row of the table, of what every province said in every round."""
    provinces = list(zip(*rounds, strict=True))
    asks = "–".join(sorted({str(int(one["asks"])) for found in provinces for one in found}))
    costs = [
        f"{median(one['cost'] for one in found):.1f} ({median(one['there'] for one in found):.1f})"
        for found in provinces
    ]
    ratios = [found[-1]["cost"] / found[0]["cost"] for found in rounds]
    growth = f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
    clock = median(one["waited"] for one in provinces[-1])
    return f"| {page} | {asks} | {' | '.join(costs)} | {growth} | {clock:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", required=True, help="of a province; the smallest first")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    options = parser.parse_args()
    prepare(options.database[0])
    from benchmarks.measuring import circumstances

    with ExitStack() as open_ones:
        provinces = [open_ones.enter_context(visitor(database)) for database in options.database]
        there = [told(province) for province in provinces]
        sizes = [f"{one['applications']:,}" for one in there]
        about = circumstances() | {"load_before": round(os.getloadavg()[0], 1), "rounds": options.rounds}
        say(json.dumps(about, ensure_ascii=False))
        say(f"| page | asks | {' | '.join(f'{size}: cost (database)' for size in sizes)} | growth | clock |")
        say("|---|---|" + "---|" * (len(sizes) + 2))
        for page in there[0]["pages"]:
            if options.only in page:
                [asked(province, page) for province in provinces]  # the first time is another matter
                found = [[asked(province, page) for province in provinces] for _round in range(options.rounds)]
                say(line(page, found))


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
