"""Each row of the runner runs to its end: one tiny round, on the test's own database."""

from importlib import import_module

import pytest

from benchmarks.__main__ import ROWS
from benchmarks.measuring import Sample, measure, spread
from benchmarks.rows import queue

SMALL = {"wire": 4, "callbacks": 8, "results": 3, "decide": 3, "queue": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ROWS)
def test_every_row_says_what_it_found(name, monkeypatch):
    monkeypatch.setattr(queue, "APPLICATIONS", 300)
    line = measure(name, import_module(f"benchmarks.rows.{name}"), rounds=1, size=SMALL[name])
    assert (line["row"], line["rounds"], line["size"]) == (name, 1, SMALL[name])
    assert all(rate > 0 for rate in line["per_second"].values())
    assert line["ratios"]
    assert all(len(ratio) == 3 and min(ratio) > 0 for ratio in line["ratios"].values())


def test_ratios_are_of_rounds_that_were_near_in_time():
    ours, theirs = ([Sample(10, wall, 0) for wall in walls] for walls in ((1, 2, 4), (1, 1, 2)))
    assert spread(ours, theirs) == [0.5, 0.5, 1.0]
