"""Who imports whom among the modules of the project, and whether that ever comes back to where it began."""

import ast
from graphlib import CycleError, TopologicalSorter


def circle(trees: dict[str, ast.Module]) -> list[str]:
    """A circle of modules, from one back to itself, or an empty list. Every import counts, wherever in a module it stands."""
    try:
        TopologicalSorter(arrows(trees)).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def arrows(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """The modules that each module imports, of those in `trees` (file to syntax tree)."""
    known = {_module(file): (file, tree) for file, tree in trees.items()}
    return {
        module: {name for node in ast.walk(tree) for name in _imported(node, _package(file)) if name in known}
        - ({module} if file.endswith("__init__.py") else set())
        for module, (file, tree) in known.items()
    }


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _package(file: str) -> list[str]:
    return file.split("/")[:-1]


def _imported(node, package: list[str]) -> list[str]:
    """What an import may mean: `from a import b` is a module of that name, or something that stands in `a`."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else []
        source = ".".join([*above, *filter(None, [node.module])])
        return [source, *(f"{source}.{name.name}" for name in node.names)]
    return []
