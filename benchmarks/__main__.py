"""Rows of docs/performance: each is one command and one line of JSON.

    python -m benchmarks --row wire [--rounds 7] [--size 200]
    python -m benchmarks                 # every row

On an embedded PostgreSQL of its own (`.data/benchmark-rows`, or PORTAL_BENCHMARK_DATA), which a row empties first. `--database URL`
is for rows that only read: a province of any size (`benchmarks.generate`) is measured as it is.
"""

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.measuring import measure
from benchmarks.portal import ROOT, own_server, prepare

ROWS = ("wire", "callbacks", "results", "decide", "queue")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--row", choices=ROWS, action="append", help="this one only; may be given again")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--size", type=int, help="operations in a round, by default what the row thinks right")
    parser.add_argument("--database", help="of a province that is there already; for rows that only read")
    options = parser.parse_args()
    rows = {name: import_module(f"benchmarks.rows.{name}") for name in options.row or ROWS}
    writing = [name for name, row in rows.items() if not getattr(row, "READS_ONLY", False)]
    if options.database and writing:
        parser.error(f"{', '.join(writing)} would empty that database; name rows that only read, by --row")
    data = Path(os.environ.get("PORTAL_BENCHMARK_DATA", ROOT / ".data" / "benchmark-rows"))
    prepare(options.database or own_server(data), own=not options.database)
    for name, row in rows.items():
        line = measure(name, row, rounds=options.rounds, size=options.size or row.SIZE)
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
