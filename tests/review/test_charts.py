"""The charts: what is drawn is what was given, whatever the numbers are."""

import re

import pytest

from tests.house.source import environment

DAYS = ["11-09", "11-16", "11-23"]


def draw(macro, *given, **words) -> str:
    chart = environment().get_template("components/chart.jinja").make_module()
    return str(getattr(chart, macro)("所说的话", *given, **words))


def points(*values):
    return list(zip(DAYS, values, strict=True))


def heights(drawn) -> list[float]:
    return [float(height) for height in re.findall(r'<rect[^>]*height="([\d.]+)"', drawn)]


@pytest.mark.parametrize("values", [(1, 2, 4), (10, 20, 40), (250_000, 500_000, 1_000_000)])
def test_bars_are_as_high_as_their_numbers_are_large_and_stay_below_the_top(values):
    low, middle, high = heights(draw("bars", [("收件", points(*values))]))
    assert (round(high / low), round(high / middle)) == (4, 2)
    assert high <= 170


def test_the_last_value_of_each_series_is_written_beside_it():
    both = [("收件", points(1, 2, 1342)), ("办结", points(3, 4, 361))]
    assert ">1,342 / 361<" in draw("bars", both)
    assert all(words in draw("lines", both, unit="天") for words in (">收件 1,342 天<", ">办结 361 天<"))


@pytest.mark.parametrize("values", [(5, 5), (5, 6), (6, 5), (0, 0), (0, 100), (100, 100)])
@pytest.mark.parametrize("weeks", [1, 3])
def test_the_words_at_the_ends_of_lines_never_lie_on_each_other(weeks, values):
    series = [
        (name, [(day, value) for day in DAYS[:weeks]]) for name, value in zip(("平均", "最慢"), values, strict=True)
    ]
    ends = [float(y) for y in re.findall(r'chart__end--." x="[\d.]+" y="([\d.]+)"', draw("lines", series))]
    assert len(ends) == 2
    assert abs(ends[0] - ends[1]) >= 16
    assert all(20 <= y <= 200 for y in ends)


@pytest.mark.parametrize("macro", ["bars", "lines"])
@pytest.mark.parametrize("series", [[], [("收件", [])], [("收件", points(0, 0, 0))]])
def test_nothing_to_draw_is_an_empty_chart_and_no_failure(macro, series):
    assert 'aria-label="所说的话"' in draw(macro, series)


def test_ranks_say_their_share():
    drawn = draw("ranks", [("账户名称不一致", 3), ("其他原因", 1)], total=4)
    assert ["75%" in drawn, "25%" in drawn, heights(drawn)] == [True, True, [14, 14]]
