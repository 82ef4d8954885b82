"""The arrows between the rooms of the house (design.md section 3), as [tool.importlinter] in pyproject.toml draws them."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from refunds import schemes
from tests.house.circles import circle
from tests.house.source import DRAWN, HOUSE, IGNORED, ROOMS, ROOT, trees

CONTRACTS = {contract["id"]: contract for contract in DRAWN["contracts"]}


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True
    )


@pytest.fixture
def copy(tmp_path) -> Path:
    """The rooms and their rules, to be broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in DRAWN["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_import_follows_the_arrows():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def drawn() -> set[str]:
    return {room for floor in CONTRACTS["floors"]["layers"] for room in floor.split(" | ")}


def not_drawn(root: Path, rooms) -> set[str]:
    """Folders of Python, and rooms of installed apps, that have no place in the drawing; and places without a room."""
    folders = {path.parent.name for path in root.glob("*/*.py")} - IGNORED - {"tests", "benchmarks"}
    return folders ^ set(DRAWN["root_packages"]) | drawn() ^ set(rooms) | (folders - drawn() - {"mock_agencies"})


def test_every_room_is_on_the_drawing():
    assert not_drawn(ROOT, ROOMS) == set()


def test_a_room_without_a_place_in_the_drawing_is_seen(copy):
    """The twin: installed or only lying there; and a place whose room is gone."""
    assert not_drawn(copy, ROOMS) == set()
    assert not_drawn(copy, (*ROOMS, "unemployment")) == {"unemployment"}
    (copy / "injury").mkdir()
    (copy / "injury" / "models.py").touch()
    assert not_drawn(copy, ROOMS) == {"injury"}
    shutil.rmtree(copy / "medical")
    assert not_drawn(copy, set(ROOMS) - {"medical"}) == {"injury", "medical"}


def test_no_import_comes_back_to_where_it_began():
    assert circle(trees(HOUSE)) == []


@pytest.mark.parametrize(
    ("one", "other", "lazy"),
    [
        ("from room import b", "import room.a", "def f():\n  from room.c import X"),
        ("from room.b import X", "from .a import X", "if TYPE_CHECKING:\n  from . import c"),
        ("from .b import X", "from room.a import Y as X", "class A:\n  import room.c as d"),
    ],
)
def test_an_import_that_comes_back_would_be_seen(one, other, lazy):
    """The twin: two modules, or three of which one looks only when it runs."""
    parsed = {name: ast.parse(text) for name, text in (("a", one), ("b", other), ("c", "import room.a"), ("d", lazy))}
    room = {f"room/{name}.py": tree for name, tree in parsed.items()} | {"room/__init__.py": ast.parse("")}
    assert set(circle(room)) == {"room.a", "room.b"}
    straight = room | {"room/b.py": ast.parse("import os, sys\nfrom django import forms")}
    assert circle(straight) == []
    assert set(circle(straight | {"room/b.py": parsed["d"]})) == {"room.a", "room.b", "room.c"}


def undeclared(known) -> set[str]:
    """The rooms of schemes, and of what residents report of themselves, that review or handoff could import from."""
    rooms = {type(scheme).__module__.partition(".")[0] for scheme in known} - {"tests"}
    contract = CONTRACTS["declared"]
    sources = {"review", "handoff"} - set(contract["source_modules"])
    return (rooms | {"bankreports"}) - set(contract["forbidden_modules"]) | sources


def test_review_and_handoff_know_no_scheme():
    known = {type(scheme).__module__.partition(".")[0] for scheme in schemes.every()}
    assert known >= {"pension", "medical", "tests"}
    assert undeclared(schemes.every()) == set()


def test_a_scheme_that_the_drawing_forgot_is_seen():
    """The twin."""
    unemployment = type("Unemployment", (schemes.Scheme,), {"__module__": "unemployment.scheme"})()
    assert undeclared([*schemes.every(), unemployment]) == {"unemployment"}


def test_the_mock_agencies_know_no_room():
    assert set(CONTRACTS["wire"]["forbidden_modules"]) == set(DRAWN["root_packages"]) - {"mock_agencies"} | {"django"}


@pytest.mark.parametrize(
    ("importer", "line", "contract"),
    [
        ("refunds/actions/base.py", "from pension import models", "floors"),
        ("refunds/way/steps.py", "from handoff.models import Delivery", "floors"),
        ("refunds/errors.py", "import bankreports.models", "floors"),
        ("accounts/guards.py", "from refunds import states", "floors"),
        ("handoff/deliveries.py", "from pension.models import PensionRefund", "floors"),
        ("pension/views.py", "from review.case.forms import RejectForm", "floors"),
        ("review/checks/rules.py", "from pension.models import APPLICABLE", "declared"),
        ("review/case/views.py", "    from bankreports.models import Bank", "declared"),
        ("handoff/tasks.py", "from bankreports.models import Bank", "declared"),
        ("inbox/sentences.py", "from bankreports.models import Bank", "declared"),
        ("inbox/telling.py", "from handoff.models import Delivery", "floors"),
        ("refunds/actions/base.py", "from inbox.telling import tell", "floors"),
        ("foundation/paging.py", "from accounts.models import User", "floors"),
        ("foundation/feeds/cells.py", "from accounts import identity", "floors"),
        ("pension/views.py", "from refunds_portal.pages import HOME", "floors"),
        ("foundation/masks.py", "from refunds_portal import context", "floors"),
        ("mock_agencies/rules.py", "from django.utils import timezone", "wire"),
        ("mock_agencies/desk.py", "from handoff.models import Event", "wire"),
    ],
)
def test_an_import_against_the_arrows_is_seen(copy, importer, line, contract):
    """The twin: without it, a contract that sees nothing would look like a contract that is kept."""
    hidden = f"\n\ndef hidden():\n{line}\n" if line.startswith(" ") else f"\n{line}\n"
    path = copy / importer
    path.write_text(path.read_text() + hidden)
    result = lint(copy)
    assert result.returncode == 1, result.stdout
    assert f"{CONTRACTS[contract]['name']} BROKEN" in " ".join(result.stdout.split())
