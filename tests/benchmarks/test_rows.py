"""Each row of the runner runs to its end: one tiny round, in a process and on a server of its own."""

import json
import os
import subprocess
import sys

from benchmarks.__main__ import ROWS
from benchmarks.measuring import Sample, spread
from tests.house.source import ROOT

SMALL = {"wire": "4", "callbacks": "8"}


def test_every_row_runs_and_says_what_it_found(tmp_path_factory):
    assert set(SMALL) == set(ROWS)
    for name in ROWS:
        line = run(name)
        assert (line["row"], line["rounds"], line["size"]) == (name, 1, int(SMALL[name]))
        assert all(rate > 0 for rate in line["per_second"].values())
        assert all(len(ratio) == 3 and min(ratio) > 0 for ratio in line["ratios"].values())


def run(name: str) -> dict:
    command = [sys.executable, "-m", "benchmarks", "--row", name, "--rounds", "1", "--size", SMALL[name]]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def test_ratios_are_of_rounds_that_were_near_in_time():
    ours, theirs = ([Sample(10, wall, 0) for wall in walls] for walls in ((1, 2, 4), (1, 1, 2)))
    assert spread(ours, theirs) == [0.5, 0.5, 1.0]
