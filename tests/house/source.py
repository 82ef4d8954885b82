"""The source of the portal as the house rules read it: files, syntax trees, templates."""

import ast
import tomllib
from functools import cache
from pathlib import Path

from django.apps import apps
from django.template import engines
from jinja2 import nodes

ROOT = Path(__file__).resolve().parents[2]
# The drawing of the house.
DRAWN = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
# Beside what git ignores (.gitignore); git itself may not be there where the tests run.
IGNORED = {".git", ".venv", ".data", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}
IGNORED |= {".import_linter_cache", ".grimp_cache", ".mypy_cache"}


def apps_here():
    """(app, its folder from the root) of every installed app that is ours, those of the tests too."""
    for app in apps.get_app_configs():
        path = Path(app.path)
        if path.is_relative_to(ROOT) and not IGNORED.intersection(path.relative_to(ROOT).parts):
            yield app, path.relative_to(ROOT)


def models_here():
    """Every model of those apps."""
    return [model for app, _folder in apps_here() for model in app.get_models(include_auto_created=True)]


# Every room of the house: whoever is installed lives in one, and they all stand on the foundation, which is no app.
ROOMS = (*sorted({folder.parts[0] for _app, folder in apps_here()} - {"tests"}), "foundation")
# With what stands beside it and shares only the wire.
HOUSE = (*ROOMS, "mock_agencies")


def files(folder: Path = ROOT):
    """Every file that belongs to the project, as (path from the root, path)."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in IGNORED:
            yield from files(path)
        elif path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(ROOT).as_posix(), path


def text_files():
    for name, path in files():
        try:
            yield name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@cache
def trees(rooms: tuple[str, ...]) -> dict[str, ast.Module]:
    """The syntax tree of every module of some rooms by file, without migrations."""
    found = {}
    for name, path in files():
        parts = name.split("/")
        mine = parts[0] in rooms and path.suffix == ".py"
        if mine and "migrations" not in parts:
            found[name] = ast.parse(path.read_text())
    return found


def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module of the rooms."""
    return trees(ROOMS)


def walk():
    """Every node of every module: (file, node)."""
    for name, tree in modules().items():
        for node in ast.walk(tree):
            yield name, node


def strings():
    """Every string of the rooms that is not a docstring: (file:line, text)."""
    for name, tree in modules().items():
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield f"{name}:{node.lineno}", node.value


def environment():
    return engines["jinja2"].env


@cache
def templates() -> dict[str, str]:
    folder = ROOT / "templates"
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.jinja"))}


def template_nodes(kind):
    """Every node of that kind in every template: (template, node)."""
    for name, tree in _template_trees().items():
        for node in tree.find_all(kind):
            yield name, node


@cache
def _template_trees() -> dict[str, nodes.Template]:
    return {name: environment().parse(text) for name, text in templates().items()}


def called(node) -> str:
    """The name of what a template calls: `url`, `table.td`."""
    target = node.node
    if isinstance(target, nodes.Getattr):
        return f"{called_name(target.node)}.{target.attr}"
    return called_name(target)


def called_name(node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""
