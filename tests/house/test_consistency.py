"""The rules of the house that a reader could only hope for, as searches through the source (design.md section 9)."""

import ast
import re

import pytest

from tests.house.source import ROOT, modules, strings, walk

STATES = {"refund_status", "review_status", "review_result"}
# Where a machine stands, and so where its states may be set.
MACHINES = {"refunds/models.py", "handoff/models.py"}

# Where a full number comes out of its envelope, by function, and why.
REVEALS = {
    "accounts/registration.py complete": "the hash of a 验证码 is made with the phone",
    "accounts/views.py _send_code": "the SMS goes to the phone",
    "accounts/views.py _resend": "the SMS goes to the phone",
    "refunds/models.py payee": "the agency pays to the account",
    "handoff/deliveries.py send": "the body is sent to the agency as it was fixed",
    "bankreports/forms.py _differs": "a change that changes nothing is noticed",
    "bankreports/forms.py clean_account_number": "an empty box means the kept account, which is sealed again at once",
    "bankreports/register.py fingerprint": "what was checked is what is submitted; a keyed hash",
    "bankreports/register.py keep": "its blind index is made of it",
    "bankreports/views.py check": "the owner's own check page",
    "medical/models.py set_account": "the reported account is sealed again in the application",
    "medical/wire.py instruction_line": "the agency finds the person by number",
    "pension/wire.py _line": "the agency finds the person by number",
    "accounts/seeking.py people_with": "the end of a number is looked for among the members of one village",
    "pension/village/forms.py clean_account_number": "an empty box means the kept account, which is sealed again at once",
    "pension/village/lists/taking.py problems_of": "the lines to be corrected go back to the clerk who sent them",
    "foundation/form_parts.py clean_contact_phone": "an empty box means the registered phone, which is sealed again at once",
    "foundation/crypto.py __str__": "the mask is made of it",
    "foundation/crypto.py __eq__": "two sealed values are compared",
    "foundation/crypto.py __set__": "taking a sealed value over into another row",
}

# Without a docstring: what Django finds by name and knows the purpose of, and what still waits for one.
FOUND_BY_NAME = re.compile(r".*Config|Command|Meta")


def attribute(node) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def sets_a_state(node, states) -> bool:
    """An assignment, `.update(…)`, `setattr(…)` or `bulk_update(…)` that names one of the states."""
    if isinstance(node, ast.Attribute):
        return isinstance(node.ctx, ast.Store) and node.attr in states
    if not isinstance(node, ast.Call):
        return False
    named = {keyword.arg for keyword in node.keywords}
    words = {child.value for argument in node.args for child in ast.walk(argument) if isinstance(child, ast.Constant)}
    name = attribute(node.func) or getattr(node.func, "id", "")
    writes = name in ("update", "update_or_create") and named & states
    return bool(writes) or (name in ("setattr", "bulk_update") and bool(words & states))


def test_states_change_only_where_their_machine_stands():
    for name, node in walk():
        states = STATES | {"status"} if name.startswith("handoff/") else STATES
        assert name in MACHINES or not sets_a_state(node, states), f"{name}:{node.lineno}"


@pytest.mark.parametrize(
    "line",
    [
        "refund.refund_status = 'approved'",
        "rows.update(review_status='completed')",
        "setattr(refund, 'review_result', '')",
        "Model.objects.bulk_update(rows, ['refund_status'])",
        "refund.refund_status, x = 1, 2",
    ],
)
def test_a_state_that_is_set_elsewhere_would_be_seen(line):
    assert any(sets_a_state(node, STATES) for node in ast.walk(ast.parse(line)))


def test_no_sql_of_ours_writes_a_state():
    sets = re.compile(r"UPDATE\s+\S*(refund|delivery)\b.*\bSET\b.*status", re.IGNORECASE | re.DOTALL)
    assert [place for place, text in strings() if sets.search(text)] == []


def test_nobody_switches_the_history_off():
    assert not [
        name for name, node in walk() if attribute(node) in ("ignore", "bypass") and "trigger" in ast.dump(node)
    ]


def test_money_never_meets_a_float():
    for name, node in walk("refunds", "pension", "medical", "handoff", "review", "bankreports"):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{name}:{node.lineno}"
        # An Excel cell that holds a number is a float; it is recognised there to be refused.
        told_apart = name == "pension/village/lists/reading.py"
        assert told_apart or not (isinstance(node, ast.Name) and node.id == "float"), f"{name}:{node.lineno}"
        assert attribute(node) != "FloatField", f"{name}:{node.lineno}"


def reveals():
    for name, tree in modules().items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
                if any(attribute(call.func) == "reveal" for call in calls):
                    yield f"{name} {function.name}"


def test_a_full_number_comes_out_only_where_it_is_needed():
    assert set(reveals()) == set(REVEALS)


def test_no_string_of_ours_is_declared_safe():
    names = {"mark_safe", "Markup", "SafeString", "format_html", "markupsafe"}
    assert not [name for name, node in walk() if getattr(node, "id", attribute(node)) in names]
    assert not [name for name, node in walk() if isinstance(node, ast.ImportFrom) and node.module in names]
    # The one class that writes itself unescaped: masks hold digits, letters and stars only.
    raw = [name for name, node in walk() if isinstance(node, ast.FunctionDef) and node.name == "__html__"]
    assert raw == ["foundation/crypto.py"]


def undocumented():
    kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    for name, tree in modules().items():
        for node in tree.body:
            public = isinstance(node, kinds) and not node.name.startswith("_")
            if public and not ast.get_docstring(node) and not FOUND_BY_NAME.fullmatch(node.name):
                yield name, node.name


def test_every_public_function_and_class_says_what_it_is():
    missing = {}
    for name, what in undocumented():
        missing.setdefault(name, set()).add(what)
    assert missing == {}


def test_every_module_with_something_in_it_opens_with_its_purpose():
    plain = re.compile(r".*/(apps|urls|load_\w+)\.py")
    silent = [name for name, tree in modules().items() if tree.body and not ast.get_docstring(tree)]
    assert [name for name in silent if not plain.fullmatch(name)] == []


def test_every_file_of_ours_is_short_enough_to_read():
    long = {name: len((ROOT / name).read_text().splitlines()) for name in modules()}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}
