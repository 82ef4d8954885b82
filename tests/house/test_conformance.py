"""Every row of the manual is proven where docs/conformance.md says so."""

import re

import pytest

from tests.house.source import ROOT

PARTS = {"G": 8, "P1": 13, "P2": 11, "P3": 22, "M1": 15, "M2": 14, "O": 6, "H": 3}
ROWS = [f"{part}-{n:02d}" for part, last in PARTS.items() for n in range(1, last + 1)]
# Row, the test files, what it asks.
TABLE = re.compile(r"^\| ([A-Z]\d?-\d\d) \|([^|]*)\| ([^|]+) \|$", re.MULTILINE)
FOUND = TABLE.findall((ROOT / "docs" / "conformance.md").read_text())
LISTED = {row: re.findall(r"`([\w/]+\.py)`", places) for row, places, _words in FOUND}


def test_every_row_is_listed_once_and_in_order():
    assert [row for row, _places, _words in FOUND] == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_every_test_file_that_is_listed_names_the_row(row):
    assert LISTED[row]
    for name in LISTED[row]:
        assert re.search(rf"{row}(?!\d)", (ROOT / "tests" / name).read_text()), name
