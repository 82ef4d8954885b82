"""Nothing is too long to be read in one sitting: folders, files, functions (design.md section 9)."""

import ast
from collections import Counter
from statistics import median, quantiles

from tests.house.source import HOUSE, ROOT, files, trees

MOST_FILES = 20
MOST_LINES = 300
# Of a function, from `def` to its last line: the middle one, nine of ten, and any.
HALF, NINE_OF_TEN, LONGEST = 6, 15, 40


def functions():
    """(place, lines) of every function."""
    for name, tree in trees(HOUSE).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name} {node.name}", node.end_lineno - node.lineno + 1


def test_no_folder_holds_too_many_files():
    folders = Counter(name.rpartition("/")[0] for name, _path in files() if name.split("/")[0] in HOUSE)
    assert len(folders) > len(HOUSE)
    assert {folder: n for folder, n in folders.items() if n > MOST_FILES and not folder.endswith("/migrations")} == {}


def test_every_file_is_short_enough_to_read():
    long = {name: len((ROOT / name).read_text().splitlines()) for name in trees(HOUSE)}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_most_functions_fit_into_one_look_and_all_on_one_screen():
    found = dict(functions())
    lengths = sorted(found.values())
    assert len(lengths) > 1000
    assert median(lengths) <= HALF
    assert quantiles(lengths, n=10)[-1] <= NINE_OF_TEN
    assert {place: lines for place, lines in found.items() if lines > LONGEST} == {}
