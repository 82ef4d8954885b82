"""The answer to an upload as its page shows it: everything that came from the file is masked here, whatever column it was in."""

from typing import NamedTuple

from foundation import masks
from pension.village.lists.cells import SCIENTIFIC, Line
from pension.village.lists.judging import Cause, Problem, causes_of, place
from pension.village.lists.keeping import Rest
from pension.village.lists.sorting import Group

# Lines of a cause on one page, and of a group as examples.
PAGE, SAMPLES = 50, 2


class Shown(NamedTuple):
    """A line: where it stands, its name and number masked, what is wrong with it, the batch that has the person."""

    place: str
    name: str
    number: str
    what: str = ""
    batch: str = ""


class Causes(NamedTuple):
    """All causes with an example each, and one page of the lines of the chosen one."""

    all: list[tuple[Cause, Shown]]
    chosen: int
    lines: list[Shown]
    first: int
    before: int | None
    after: int | None


class Aside(NamedTuple):
    """A group as the clerk decides on it: `options` are (value of the button, words), `good` and `bad` once it is in."""

    number: int
    title: str
    rows: int
    quiet: bool
    plain: bool
    taken: str
    good: int
    bad: int
    options: list[tuple[str, str]]
    samples: list[Shown]


def causes(problems: list[Problem], chosen: int, first: int) -> Causes | None:
    """None where nothing is to be corrected."""
    found = causes_of(problems)
    if not found:
        return None
    chosen = chosen if chosen < len(found) else 0
    lines = found[chosen].problems
    first = first - first % PAGE if first < len(lines) else 0
    return Causes(
        [(cause, _problem(cause.problems[0])) for cause in found],
        chosen,
        [_problem(problem) for problem in lines[first : first + PAGE]],
        first + 1,
        first - PAGE if first else None,
        first + PAGE if first + PAGE < len(lines) else None,
    )


def asides(rest: Rest) -> list[Aside]:
    """The groups, those that look like people first."""
    return [_aside(number, group) for number, group in enumerate(rest.groups)]


def masked(words: str) -> str:
    """Names of files, sheets and columns, which may be anything."""
    return masks.any_digits(words)


def _aside(number: int, group: Group) -> Aside:
    labels = [masked(label) for label in group.labels]
    words = [f"按“{label}”读" for label in labels] if labels else [f"加入这 {group.rows:,} 行"]
    options = [(f"{number}-{place}", words[place]) for place in range(len(group.options)) if place != group.taken]
    taken = "" if group.taken is None else labels[group.taken] if labels else "是"
    samples = [_line(line) for line in group.options[group.taken or 0][:SAMPLES]]
    bad = 0 if group.taken is None else group.rows - group.ready
    return Aside(
        number, masked(group.title), group.rows, group.quiet, group.plain, taken, group.ready, bad, options, samples
    )


def _line(line: Line) -> Shown:
    return Shown(masked(place(line.row, line.sheet)), masked(line.name), _number(line.number))


def _problem(problem: Problem) -> Shown:
    # Of the sentences only one about a batch holds digits that are to be read.
    what = problem.reason.partition("。")[0]
    what = what if problem.batch else masked(what)
    return Shown(masked(problem.place), masked(problem.name), _number(problem.number), what, problem.batch)


def _number(number: str) -> str:
    """Masked; but 4.20984E+17 is nobody's number, and says best what happened to it."""
    return number if SCIENTIFIC.fullmatch(number) else masks.id_number(number)
