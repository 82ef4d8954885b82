"""The state machines of the house and whatever sets a state, as the syntax trees show them.

A state is an `FSMField`, or a column with choices that a transition of its own class sets beside it (审核结果). It is set by
the transitions of the class that declares it, and by nothing else.
"""

import ast
from collections.abc import Iterator

# The one exemption: a verb for a whole set, where the set-based verbs stand, under the decorator that makes them atomic.
SET_BASED = ("refunds/actions/decisions.py", "set_based")
# What only asks a database, or says how HTTP went: here alone an argument called like a state sets none.
_ASKS = {"Q", "filter", "exclude", "get", "aget", "values", "values_list", "annotate", "alias", "aggregate"}
_ASKS |= {"get_object_or_404", "CheckConstraint", "HttpResponse", "JsonResponse", "render", "show", "warning"}
# What changes or makes rows by the names of their columns.
_BY_KEYWORD = {"update", "update_or_create", "create", "get_or_create", "cls", "model"}
_BY_KEYWORD |= {f"a{name}" for name in _BY_KEYWORD}
_BY_LIST = {"bulk_update", "abulk_update", "bulk_create", "abulk_create"}
_BY_NAME = {"setattr", "__setattr__", "delattr", "__delattr__"}
# What is behind an object, past everything that guards its columns.
_BEHIND = {"__dict__", "vars"}
# A name that is only known when it runs: it could be any.
ANY = "*"

# What looks as if it could set a state and does not: by its file, and the function it stands in or calls.
EXPLAINED = {
    "accounts/models.py create_user": "a user has no machine",
    "accounts/administration/staff.py _account_page": "the status of HTTP",
    "accounts/administration/staff.py new": "the status of HTTP",
    "accounts/administration/staff.py shown": "the status of HTTP",
    "accounts/administration/views.py shown": "the status of HTTP",
    "accounts/administration/places.py shown": "the status of HTTP",
    "accounts/administration/sending.py shown": "the status of HTTP",
    "accounts/administration/tables.py shown": "the status of HTTP",
    "refunds/parameters/views.py shown": "the status of HTTP",
    "accounts/views.py _login_page": "the status of HTTP",
    "accounts/own/correcting.py shown": "the status of HTTP",
    "refunds/apply_page.py _show": "the status of HTTP",
    "handoff/jobs/manager.py finish_job": "how a job of the queue ended",
    "handoff/receiving/files.py _sorted_out": "a callback says an event; it has no machine",
    "handoff/reconciliation.py reconcile": "the figures of a day; a run of 对账 has no machine",
    "handoff/reconciliation.py _not_answered": "the figures of a day; a run of 对账 has no machine",
    "handoff/reconciliation.py _wrong_amount": "what an agency says, no row",
    "handoff/settling/asking.py write_down": "an answer of an agency; it has no machine",
    "refunds/inquiry/segments.py When": "a condition",
    "refunds/actions/decisions.py _for_decision": "the state that is asked for, before the decision",
    "refunds/actions/bulk.py _store": "what the transitions of each row wrote in memory, stored for all that came out alike",
    "refunds_portal/pages.py newest_of": "a filter",
    "medical/scheme.py Paid": "a payment as whoever answers a caller sees it, no row",
    "pension/scheme.py Paid": "a payment as whoever answers a caller sees it, no row",
    "review/checks/answering.py given": "what is kept of an answer; it has no machine",
    "review/find/searching.py search": "what is noted of a search; it has no machine",
    "review/find/views.py find": "what is noted of a search; it has no machine",
    "review/find/views.py _page": "the status of HTTP",
    "review/sample/views.py samples": "the fields of its form; a sample has no machine",
    "review/sample/views.py _keep": "the fields of its form; a sampled case has no machine",
    "pension/village/members.py stand_again": "who is left out, by a mark; it has no machine",
    "medical/forms.py clean": "an account as it was typed, no row",
    "review/reveal/disclosures.py disclose": "who was shown what; it has no machine",
    "pension/village/members.py Member": "a member as a page shows it, no row",
    "pension/village/lists/keeping.py rest_of": "what is kept of an upload; it has no machine",
    "pension/village/lists/keeping.py _group": "rows of a file that were left aside; they have no machine",
    "pension/village/drafts.py remove": "who was taken out of a draft, to be put back; it has no machine",
    "pension/village/parts.py _parts": "numbers of people by outcome, no row",
    "pension/village/together.py _note": "when a clerk was in a draft; it has no machine",
    "pension/village/drafts.py give_back": "what was typed; PensionRefund.TYPED names it",
    "pension/village/drafts.py remember": "what is typed; PensionRefund.TYPED names it",
    "pension/models.py set_account": "what is typed; PensionRefund.TYPED names it",
    "bankreports/forms.py apply": "the fields of its form, on a record; a record has no machine",
    "bankreports/views.py _successor": "the fields of its form, on a record; a record has no machine",
    "bankreports/register.py save_heading": "the fields of HeadingForm",
    "bankreports/register.py _locked_draft": "a report begins as a draft, of its owner, by its author",
    "handoff/views.py _store": "a callback says an event; it has no machine",
    "foundation/crypto.py contribute_to_class": "an encrypted column; no state is one",
    "foundation/crypto.py __get__": "an encrypted column; no state is one",
    "foundation/crypto.py __set__": "an encrypted column; no state is one",
    "foundation/crypto.py pre_save": "an encrypted column; no state is one",
    "foundation/jinja2.py environment": "the options of Jinja",
}


def states_of(tree: ast.AST) -> set[str]:
    """The states of every machine that a module declares."""
    return set().union(*(_declared(node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)))


def misplaced(file: str, tree: ast.AST, states: set[str]) -> Iterator[tuple[int, str]]:
    """(line, state) of everything in a module that sets a state of the house where no transition of its own does."""
    yield from ((line, name) for line, name, place in suspects(file, tree, states) if place not in EXPLAINED)


def suspects(file: str, tree: ast.AST, states: set[str]) -> Iterator[tuple[int, str, str]]:
    """The same with what is explained: (line, state, where it would be explained)."""
    yield from _look(file, tree, states, own=set(), free=set(), inside="")


def _look(file, node, states, own, free, inside):
    for child in ast.iter_child_nodes(node):
        within, exempt, there = own, free, inside
        if isinstance(child, ast.ClassDef):
            within, exempt = _declared(child), set()
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            exempt, there = free | _exempt(file, child, own, states), child.name
        for name in sorted(_set_by(child, states) - exempt):
            yield child.lineno, name, _place(file, child, there)
        yield from _look(file, child, states, within, exempt, there)


def _place(file, node, inside) -> str:
    """Where something is explained: what is only known when it runs by where it stands, a keyword by what it is given to."""
    if ANY in _written(node):
        return f"{file} {inside}"
    return f"{file} {_name(node.func)}" if isinstance(node, ast.Call) and not _is_of_rows(node) else ""


def _is_of_rows(call: ast.Call) -> bool:
    return _name(call.func) in _BY_KEYWORD | _BY_LIST | _BY_NAME


def _exempt(file, function, own, states) -> set[str]:
    """The states that a function may set: those of its own class in a transition, all of them in a set-based verb."""
    if isinstance(function, ast.AsyncFunctionDef):
        return set()
    if _is_decorated(function, "transition"):
        return own
    return states if file == SET_BASED[0] and _is_decorated(function, SET_BASED[1]) else set()


def _set_by(node, states) -> set[str]:
    names = _written(node)
    return states if ANY in names else names & states


def _written(node) -> set[str]:
    """The names that a node sets by itself."""
    if _name(node) in _BEHIND:
        return {ANY}
    if isinstance(node, ast.Attribute):
        return set() if isinstance(node.ctx, ast.Load) else {node.attr}
    return _by_call(node, _name(node.func)) if isinstance(node, ast.Call) else set()


def _by_call(call: ast.Call, name: str) -> set[str]:
    if name in _ASKS:
        return set()
    if name in _BY_NAME:
        return _named(call.args[-1 if "del" in name else -2 :][:1])
    if name in _BY_LIST:
        return set().union(*map(_listed, _lists(call)))
    makes_rows = name in _BY_KEYWORD or name[:1].isupper()
    return set().union(*(_keys(word, makes_rows) for word in call.keywords))


def _named(words) -> set[str]:
    """What a list of one name says."""
    return {word.value if isinstance(word, ast.Constant) else ANY for word in words}


def _lists(call: ast.Call) -> list[ast.expr]:
    """The lists of columns that a change of many rows is given: bulk_update by place, too."""
    by_place = call.args[1:2] if "update" in _name(call.func) else []
    words = [word.value for word in call.keywords if word.arg in ("fields", "update_fields", None)]
    return by_place + words


def _listed(node) -> set[str]:
    written = isinstance(node, ast.List | ast.Tuple | ast.Set) and all(isinstance(e, ast.Constant) for e in node.elts)
    return _constants(node) if written else {ANY}


def _keys(word: ast.keyword, makes_rows: bool) -> set[str]:
    """The columns that one argument of a call names."""
    if word.arg and word.arg not in ("defaults", "create_defaults"):
        return {word.arg}
    return _spread(word.value) if makes_rows else set()


def _spread(node) -> set[str]:
    """The names in a dictionary, as far as they are written there."""
    if isinstance(node, ast.Dict):
        return _named(key for key in node.keys if key) | ({ANY} if None in node.keys else set())
    if isinstance(node, ast.Call) and _name(node.func) == "dict" and not node.args:
        return {word.arg or ANY for word in node.keywords}
    return {ANY}


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
