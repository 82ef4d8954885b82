"""300 decisions a day: two officers at once, one key for a clean case."""

import os

from tests.journeys.crowd import OFFICERS, fill
from tests.journeys.deciding import Officer

# More of them: `CASES=50 pytest tests/journeys/test_deciding.py`.
CASES = int(os.environ.get("CASES", "16"))


def test_two_officers_pass_clean_cases_at_once_by_keyboard_and_never_the_same(visit, demo):
    fill(demo.data, CASES)
    officers = [Officer(visit(name)) for name in OFFICERS]
    for officer in officers:
        officer.take()
    while working := [officer for officer in officers if officer.case]:
        working[0].read()  # both read at the same time
        for officer in working:
            officer.press_pass()
        for officer in working:
            officer.wait()
    passed = [number for officer in officers for number in officer.passed]
    assert (len(passed), len(set(passed))) == (CASES, CASES)
    assert all(officer.keys <= 2 * len(officer.passed) for officer in officers)
    assert min(len(officer.passed) for officer in officers) >= CASES / 2 - 1
    officers[0].page.goto("/review/")
    assert "现在没有待审核的申请" in officers[0].page.locator("main").inner_text()
