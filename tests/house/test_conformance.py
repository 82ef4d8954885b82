"""Every row of the manual's medical part is proven where docs/conformance.md says so."""

import re

import pytest

from tests.house.source import ROOT

ROWS = [f"M1-{n:02d}" for n in range(1, 16)] + [f"M2-{n:02d}" for n in range(1, 15)]
TABLE = re.compile(r"^\| (M\d-\d\d) \| ([^|]+) \|", re.MULTILINE)
LISTED = dict(TABLE.findall((ROOT / "docs" / "conformance.md").read_text()))


def test_every_row_is_listed_once():
    assert [row for row, _places in TABLE.findall((ROOT / "docs" / "conformance.md").read_text())] == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_every_test_file_that_is_listed_names_the_row(row):
    files = re.findall(r"`([\w/]+\.py)`", LISTED[row])
    assert files
    for name in files:
        assert row in (ROOT / "tests" / name).read_text(), name
