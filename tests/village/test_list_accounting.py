"""Whatever the layout: the people who are taken and those who are named are the people of the file, and the rows add up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pension.village.lists import reading
from pension.village.lists.cells import numbers_within
from tests.village.lists import nobody
from tests.village.workbooks import WRITERS, Tab

HEADERS = st.sampled_from(
    [["姓名", "证件号码"], ["证件号码", "姓名"], ["序号", "姓名", "身份证号"], ["姓名", "本人身份证号"], []]
)
NOISE = st.sampled_from(
    [[], ["合计", "3人"], ["一组"], ["以下人员已去世"], ["制表人：王会计"], ["黄潭村名单"], ["", "", "备注"]]
)
FORMS = st.sampled_from(["{}", "{} ", "'{}", "证{}", "{}（本人）"])


@st.composite
def tables(draw, people):
    """Rows of one table; `people` counts on, so that nobody is in the file twice."""
    header = draw(HEADERS)
    number_at = next((n for n, title in enumerate(header) if "证" in title), draw(st.integers(0, 2)))
    rows = [draw(NOISE), header] if header else [draw(NOISE)]
    for _ in range(draw(st.integers(0, 4))):
        rows.append(draw(NOISE) if draw(st.integers(0, 4)) == 0 else _person(draw, number_at, next(people)))
    return rows


def _person(draw, number_at, n) -> list[str]:
    row = ["王某", "女", "李某", ""]
    # Now and then in another column than the rest.
    row[number_at if draw(st.integers(0, 5)) else draw(st.integers(0, 3))] = draw(FORMS).format(nobody(n))
    return row


@st.composite
def tabs(draw):
    people = iter(range(500))
    found = []
    for n in range(draw(st.integers(1, 3))):
        rows = draw(tables(people))
        for _ in range(draw(st.integers(0, 2))):
            more = draw(tables(people))
            rows = _beside(rows, more) if draw(st.booleans()) else [*rows, [], *more]
        every = st.sets(st.integers(1, len(rows) + 1), max_size=3)
        hidden = draw(every)
        # A merged cell hides what stood beside it, so only a title is merged.
        merged = {row for row in draw(every) if row <= len(rows) and len(rows[row - 1]) == 1}
        found.append(Tab(rows, f"{n}组", hidden, merged, visible=n == 0 or draw(st.booleans())))
    return found


def _beside(left, right):
    width = max((len(row) for row in left), default=0) + 1
    filled = [[*row, *[""] * (width - len(row))] for row in left] + [[""] * width] * (len(right) - len(left))
    return [[*row, *(right[n] if n < len(right) else [])] for n, row in enumerate(filled)]


@settings(max_examples=120, deadline=None)
@given(tabs(), st.sampled_from(sorted(WRITERS)))
def test_the_people_taken_and_named_are_the_people_of_the_file(given_tabs, form):
    there = sorted(number for tab in given_tabs for _r, _c, cell in tab.cells() for number in numbers_within(cell))
    try:
        read = reading.read_file(WRITERS[form](*given_tabs))
    except reading.Unreadable:
        assert there == []
        return
    lines = [*read.lines, *(line for group in read.groups for line in group.options[0])]
    options = [line for group in read.groups for option in group.options for line in option]
    named = {n for line in [*lines, *options] for n in [*numbers_within(line.number), *numbers_within(line.name)]}
    assert sorted(named) == there
    taken = [n for line in read.lines for n in numbers_within(line.number)]
    assert len(taken) == len(set(taken))
    hidden = {(tab.name, row) for tab in given_tabs for row in tab.hidden}
    unseen = {tab.name for tab in given_tabs if not tab.visible}
    several = len({line.sheet for line in lines}) > 1
    assert not [line for line in read.lines if several and ((line.sheet, line.row) in hidden or line.sheet in unseen)]


@settings(max_examples=60, deadline=None)
@given(tabs())
def test_every_row_is_counted_and_all_formats_say_the_same(given_tabs):
    answers = set()
    for form in WRITERS:
        try:
            read = reading.read_file(WRITERS[form](*given_tabs))
        except reading.Unreadable as error:
            answers.add(str(error))
            continue
        places = {(line.sheet, line.row) for line in read.lines}
        places |= {(line.sheet, line.row) for group in read.groups for line in group.options[0]}
        answers.add((len(read.lines), tuple((group.title, group.rows) for group in read.groups), len(places)))
    assert len(answers) == 1
