"""What a cell of a clerk's list may be: a number of a person, a name, a title, an error."""

import re
from typing import NamedTuple

from foundation.numbers import HALF_WIDTH, PROVINCES, fold, fold_number, names_a_province

RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
# Most cells are told by these two, so that ten thousand lines are read in no time.
PLAIN, ANY_DIGIT = re.compile(r"[0-9]{17}[0-9Xx]"), re.compile(r"\d")
# Numbers given out before 1999: a birthday of six digits, no check character.
OLD = re.compile(r"[0-9]{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{2}")
ERRORS = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
# Within longer text: in one run, or in groups.
WITHIN = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9A-Za-z])")
IN_GROUPS = re.compile(r"(?<![0-9A-Za-z])(?:[0-9][ 　\t\-]{0,3}){17}[0-9Xx](?![0-9A-Za-z])")
# A whole number from here on may have been an ID number before it was typed as a number.
LONG, LONGER = 10**14, 10**18

# What is wrong with the cell itself.
TYPED, SPOILED, FORMULA, ELSEWHERE = "typed", "spoiled", "formula", "elsewhere-in-row"


class Line(NamedTuple):
    """One person as given: `row` of the `sheet` as the sender counts, `number` folded, `flaw` of the cell ("" if none)."""

    row: int
    name: str
    number: str
    flaw: str = ""
    sheet: str = ""
    # The group it was left aside with, -1 for the list itself.
    group: int = -1


def is_number(cell) -> bool:
    """Whether it can hardly be anything but an ID number, whole or spoiled."""
    if isinstance(cell, str):
        if PLAIN.fullmatch(cell):
            return True
        if not ANY_DIGIT.search(cell):
            return False
        number = number_in(cell)
        return bool(RESIDENT.fullmatch(number) or SCIENTIFIC.fullmatch(number)) or is_old(number)
    return isinstance(cell, int | float) and LONG <= cell < LONGER


def is_old(number: str) -> bool:
    """Whether it is a number of 15 digits that says a province and a birthday."""
    return len(number) == 15 and number[:2] in PROVINCES and bool(OLD.fullmatch(number))


def is_error(cell) -> bool:
    """Whether a formula came to nothing there."""
    return isinstance(cell, str) and cell.startswith("#") and bool(ERRORS.fullmatch(cell.strip()))


def line(row: int, name, number, sheet: str = "") -> Line:
    """A person of these two cells."""
    if is_error(name) or is_error(number):
        # The name of a failed formula may be anybody's, so the number beside it proves nothing.
        given = "" if is_error(number) else _shown_by_excel(number)
        return Line(row, "" if is_error(name) else name_in(name), given, FORMULA, sheet)
    name = name_in(name)
    if not isinstance(number, str):
        return Line(row, name, _shown_by_excel(number), TYPED, sheet)
    number = number_in(number)
    return Line(row, name, number, SPOILED if "E" in number and SCIENTIFIC.fullmatch(number) else "", sheet)


def _shown_by_excel(number) -> str:
    """A number of many digits cannot be told any more."""
    if isinstance(number, str):
        return number_in(number)
    return f"{number:.6G}" if isinstance(number, int | float) else str(number)


def number_in(cell: str) -> str:
    """The cell as a number, folded."""
    if cell.isascii() and cell.isalnum():
        return cell.upper()
    # '420…, ="420…" and the like: what people do to keep Excel's hands off.
    return fold_number(cell).strip("'‘’`=\"")


def name_in(cell) -> str:
    """The cell as a name."""
    name = cell if isinstance(cell, str) else str(cell)
    return name.strip() if name.isprintable() else fold(name)


def numbers_within(cell) -> list[str]:
    """Every number of a person in a cell, whatever else stands there."""
    if not isinstance(cell, str):
        return [f"{cell:.6G}"] if is_number(cell) else []
    if PLAIN.fullmatch(cell):
        return [cell.upper()]
    if len(cell) < 15:
        return [number_in(cell)] if "E" in cell.upper() and is_number(cell) else []
    text = cell if cell.isascii() else cell.translate(HALF_WIDTH)
    found = [number for number in WITHIN.findall(text) if len(number) == 18 or is_old(number)]
    grouped = [number for number in map(fold_number, IN_GROUPS.findall(text)) if _could_be(number)]
    return list(dict.fromkeys(number.upper() for number in [*found, *grouped]))


def _could_be(number: str) -> bool:
    """Whether 18 digits that stand apart are one number: they say a province and a birthday."""
    return names_a_province(number) and "01" <= number[10:12] <= "12" and "01" <= number[12:14] <= "31"
