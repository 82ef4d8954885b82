"""参保年度 (M2-04, I-38): from 1 September the next year is paid for; from 2023 on it may be refunded here."""

from datetime import UTC, date, datetime

import pytest

from medical import year


@pytest.mark.parametrize(
    ("today", "current"),
    [
        ("2023-08-31", 2023),
        ("2023-09-01", 2024),
        ("2023-12-31", 2024),
        ("2024-01-01", 2024),
        ("2024-02-29", 2024),
        ("2024-08-31", 2024),
        ("2024-09-01", 2025),
        ("2027-12-31", 2028),
        ("2028-02-29", 2028),
    ],
)
def test_the_year_turns_on_the_first_of_september(today, current):
    """M2-04, M1-02: the manual's example and the days around each boundary."""
    assert year.current(date.fromisoformat(today)) == current


@pytest.mark.parametrize(
    ("today", "years"),
    [
        ("2023-08-31", [2023]),
        ("2023-09-01", [2024, 2023]),
        ("2024-02-29", [2024, 2023]),
        ("2026-12-31", [2027, 2026, 2025, 2024, 2023]),
    ],
)
def test_every_year_from_2023_to_the_current_one_is_offered_newest_first(today, years):
    """M2-04: 城乡医保缴费年度为2023年及以后."""
    assert year.offered(date.fromisoformat(today)) == years


# M2-04
@pytest.mark.parametrize(("moment", "current"), [((15, 59, 59), 2024), ((16, 0, 0), 2025)])
def test_the_first_of_september_begins_in_beijing_not_in_greenwich(monkeypatch, moment, current):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2024, 8, 31, *moment, tzinfo=UTC))
    assert year.current() == current
    assert year.offered()[0] == current


# M2-04
def test_the_rule_is_configuration(settings):
    settings.MEDICAL_YEAR_TURNS_IN_MONTH, settings.MEDICAL_FIRST_YEAR = 7, 2025
    assert year.offered(date(2026, 6, 30)) == [2026, 2025]
    assert year.offered(date(2026, 7, 1)) == [2027, 2026, 2025]
