"""参考时限: working days by the published calendar, and said so where there is none yet."""

from datetime import UTC, date, datetime

from refunds.parameters.calendar import deadline, is_working_day


def test_holidays_do_not_count_and_working_weekends_do():
    assert not is_working_day(date(2026, 10, 1))  # National Day, a Thursday
    assert is_working_day(date(2026, 2, 14))  # a Saturday worked for the Spring Festival


def test_thirty_working_days_within_a_published_year(settings):
    settings.REFERENCE_WORKING_DAYS = 5
    assert str(deadline(datetime(2026, 9, 29, 4, tzinfo=UTC))) == "2026-10-12"


def test_beyond_the_published_calendar_it_counts_weekdays_and_says_so(settings):
    settings.REFERENCE_WORKING_DAYS = 1
    assert (
        str(deadline(datetime(2031, 4, 30, 4, tzinfo=UTC)))
        == "2031-05-05（2031 年放假安排公布前，按周一至周五扣除法定节日估算）"
    )


def test_the_day_is_the_one_in_beijing(settings):
    settings.REFERENCE_WORKING_DAYS = 1
    evening_in_utc = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # already Tuesday in Beijing
    assert deadline(evening_in_utc).day == date(2026, 3, 4)
