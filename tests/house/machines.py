"""The state machines of the house and whatever sets a state, as the syntax trees show them.

A state is an `FSMField`, or a column with choices that a transition of its own class sets beside it (审核结果). It is set by
the transitions of the class that declares it, and by nothing else.
"""

import ast
from collections.abc import Iterator

# The one exemption: a verb for a whole set, where the set-based verbs stand, under the decorator that makes them atomic.
SET_BASED = ("refunds/actions.py", "set_based")
# How a queryset, or any object, is changed by the names of its columns.
_BY_KEYWORD = {"update", "aupdate", "update_or_create", "aupdate_or_create"}
_BY_NAME = {"setattr", "__setattr__", "bulk_update", "abulk_update"}
# A name that is only known when it runs: it could be any.
ANY = "*"


def states_of(tree: ast.AST) -> set[str]:
    """The states of every machine that a module declares."""
    return set().union(*(_declared(node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)))


def misplaced(file: str, tree: ast.AST, states: set[str]) -> Iterator[tuple[int, str]]:
    """(line, state) of everything in a module that sets a state of the house where no transition of its own does."""
    yield from _look(file, tree, states, own=set(), free=set())


def _look(file, node, states, own, free):
    for child in ast.iter_child_nodes(node):
        within, exempt = own, free
        if isinstance(child, ast.ClassDef):
            within, exempt = _declared(child), set()
        elif isinstance(child, ast.FunctionDef):
            exempt = free | _exempt(file, child, own, states)
        for name in sorted(_set_by(child, states) - exempt):
            yield child.lineno, name
        yield from _look(file, child, states, within, exempt)


def _exempt(file, function, own, states) -> set[str]:
    """The states that a function may set: those of its own class in a transition, all of them in a set-based verb."""
    if _is_decorated(function, "transition"):
        return own
    return states if file == SET_BASED[0] and _is_decorated(function, SET_BASED[1]) else set()


def _set_by(node, states) -> set[str]:
    names = _written(node)
    return states if ANY in names else names & states


def _written(node) -> set[str]:
    """The names that a node sets by itself."""
    if isinstance(node, ast.Attribute):
        return set() if isinstance(node.ctx, ast.Load) else {node.attr}
    if isinstance(node, ast.Subscript):
        inside = _name(node.value) == "__dict__" or _name(getattr(node.value, "func", None)) == "vars"
        return set() if isinstance(node.ctx, ast.Load) or not inside else _constants(node.slice)
    if isinstance(node, ast.Call) and _name(node.func) in _BY_NAME:
        return set().union(*map(_constants, (*node.args, *(word.value for word in node.keywords))))
    if isinstance(node, ast.Call) and _name(node.func) in _BY_KEYWORD:
        return set().union(*map(_keys, node.keywords))
    return set()


def _keys(word: ast.keyword) -> set[str]:
    """The columns that one argument of an update names."""
    if word.arg in ("defaults", "create_defaults"):
        return _constants(word.value) | {inner.arg for inner in getattr(word.value, "keywords", ())}
    if word.arg:
        return {word.arg}
    return _constants(word.value) if isinstance(word.value, ast.Dict) else {ANY}


def _declared(node: ast.ClassDef) -> set[str]:
    """The states that a class declares."""
    columns = {target.id: part.value for part in node.body for target in _targets(part)}
    machines = {name for name, call in columns.items() if _name(call.func).startswith("FSM")}
    moved = [part for part in node.body if isinstance(part, ast.FunctionDef) and _is_decorated(part, "transition")]
    set_there = {name for part in moved for inner in ast.walk(part) for name in _written(inner)}
    chosen = {name for name, call in columns.items() if any(word.arg == "choices" for word in call.keywords)}
    return machines | (chosen & set_there if machines else set())


def _targets(part) -> list[ast.Name]:
    """The names that a line of a class body gives to what it calls, as a column is declared."""
    if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call):
        return [target for target in part.targets if isinstance(target, ast.Name)]
    return []


def _is_decorated(function: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(call, ast.Call) and _name(call.func) == name for call in function.decorator_list)


def _constants(node) -> set[str]:
    return {inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)}


def _name(node) -> str:
    """`a.b.c` and `c` are both called c."""
    return getattr(node, "attr", getattr(node, "id", ""))
