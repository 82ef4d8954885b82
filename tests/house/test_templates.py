"""What holds for every template: nothing unused, nothing dangling, nothing that the Content-Security-Policy refuses."""

import re

import pytest
from jinja2 import nodes
from lucide.jinja import lucide

from refunds import schemes
from tests.house.source import called, called_name, environment, strings, template_nodes, templates
from tests.house.test_routes import names

# Icons whose name is not written where they are drawn: the templates that draw them, and the names they may get.
DRAWN_BY_NAME = {
    "components/button.jinja": set(),  # the argument `icon`, checked where the macro is called
    "components/elder.jinja": set(),  # the same
    "components/notice.jinja": {"info", "circle-check", "triangle-alert", "circle-alert"},
    "components/pager.jinja": {"chevron-left", "chevron-right"},
    "components/result.jinja": {"circle-check", "clock", "circle-alert"},
    "components/timeline.jinja": {"check", "clock", "x"},
    "components/tracker.jinja": {"check", "x"},
    "layouts/taxpayer.jinja": {"house", "file-text", "list-checks", "user"},
    "portal/home_resident.jinja": {"credit-card", "list-checks"},
    "portal/more.jinja": {
        "undo-2",
        "list-checks",
        "credit-card",
        "folder",
        "user",
        "bell",
        "info",
        "book-open",
        "phone",
        "a-large-small",
    },
    "portal/social_refund.jinja": set(),  # the scheme's own
    "portal/tax_service.jinja": set(),  # likewise
}
# Addresses whose name is not written where they are made.
LINKED_BY_NAME = {"layouts/taxpayer.jinja"}
# Tables whose columns and cells come from one list of the scheme.
PUT_TOGETHER = {"administration/table.jinja", "refunds/_payments.jinja", "review/audit.jinja"}
KINDS = {"text", "money", "number", "date", "date is-wide", "check", "action", "status"}

ERROR_PAGES = {f"errors/{status}.jinja" for status in (400, 403, 404, 500, 503)}


def constant(node):
    return node.value if isinstance(node, nodes.Const) else None


def used() -> set[str]:
    """Templates named by other templates and by the code; a page brings its fragment (`show`)."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    inside = {constant(node.template) for kind in kinds for _name, node in template_nodes(kind)}
    by_code = {text for _place, text in strings() if text.endswith(".jinja") and "/" in text[1:]}
    return inside | by_code | ERROR_PAGES


def test_every_template_is_used():
    assert set(templates()) - used() == set()


def test_every_template_that_is_named_exists():
    assert {name for name in used() if name} <= set(templates())


@pytest.mark.parametrize("name", templates())
def test_every_template_compiles_and_is_short(name):
    environment().get_template(name)
    assert len(templates()[name].splitlines()) <= 150


@pytest.mark.parametrize(
    ("what", "forbidden"),
    [
        ("a style attribute", r"\sstyle\s*="),
        ("an event handler", r"""\son[a-z]+\s*=\s*["']"""),
        ("a script of its own", r"<script(?![^>]*\ssrc=)"),
        ("a style sheet of its own", r"<style\b"),
        ("an address that runs code", r"javascript:"),
        ("something from elsewhere", r"""(src|href|action)=["'](https?:)?//"""),
        ("an hx-on handler or an expression", r"\shx-(on|vals=.js|vars)|hx-trigger=[^>]*\["),
        ("unescaped output", r"\|\s*safe\b|\bMarkup\(|autoescape"),
        ("a full number", r"\.reveal\("),
    ],
)
def test_no_template_holds(what, forbidden):
    assert [name for name, text in templates().items() if re.search(forbidden, text)] == [], what


def drawings():
    """(template, name) of every icon that is drawn or asked for; None where the name is an expression."""
    for template, call in template_nodes(nodes.Call):
        if called(call) in ("icon", "draw"):
            yield template, constant(call.args[0])
        asked = [constant(word.value) for word in call.kwargs if word.key == "icon"]
        yield from ((template, name) for name in asked if name)


def test_every_icon_exists():
    wanted = {name for _template, name in drawings() if name} | set().union(*DRAWN_BY_NAME.values())
    wanted |= {scheme.drawing for scheme in schemes.every()}
    assert len(wanted) > 15
    for name in wanted:
        assert lucide(name).startswith("<svg"), name


def test_every_icon_named_in_a_list_is_looked_at_above():
    assert {template for template, name in drawings() if name is None} == set(DRAWN_BY_NAME)
    for template, allowed in DRAWN_BY_NAME.items():
        assert all(f'"{name}"' in templates()[template] for name in allowed), template


def test_every_named_address_is_a_route():
    known = set(names())
    asked = [(at, constant(call.args[0])) for at, call in template_nodes(nodes.Call) if called(call) == "url"]
    assert len(asked) > 20
    for template, name in asked:
        assert name in known if name else template in LINKED_BY_NAME, (template, name)


def test_every_form_that_posts_carries_the_token():
    whole = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
    forms = [(template, form) for template, text in templates().items() for form in whole.findall(text)]
    assert len(forms) > 20
    assert [template for template, form in forms if "csrf_input" not in form] == []


FORM = re.compile(r'<form method="post"(?P<tag>(?:\{\{.*?\}\}|[^>])*)>(?P<inside>.*?)</form>', re.DOTALL)


def test_what_is_filled_in_is_judged_by_the_portal_and_not_by_the_browser():
    """Its own bubbles are in another language, and what is wrong elsewhere stays unsaid."""
    forms = [(name, form) for name, source in templates().items() for form in FORM.finditer(source)]
    filled = [(name, form) for name, form in forms if "field.field(" in form["inside"]]
    assert len(filled) > 15
    assert {name for name, form in filled if "novalidate" not in form["tag"]} == set()


def test_every_control_that_htmx_smoothes_is_a_link_or_a_form_first():
    smoothed = re.compile(r"<(\w+)([^>]*\shx-(?:get|post)=[^>]*)>")
    controls = [(template, *found) for template, text in templates().items() for found in smoothed.findall(text)]
    assert len(controls) > 10
    for template, tag, rest in controls:
        # What only remembers and shows nothing is no control, nor is what a form says by itself of what is filled in.
        assert tag in ("form", "a", "button", "output") or 'hx-swap="none"' in rest, template


def columns_of(table, template):
    """What `columns` is for that table: the last time it was set above."""
    name = table.call.args[1].name
    above = [n for t, n in template_nodes(nodes.Assign) if t == template and n.lineno <= table.lineno]
    return [assign.node for assign in above if called_name(assign.target) == name][-1]


def pairs(columns):
    """(name, (label, kind, perhaps the label on a phone)) of each column as written, whether or not it is always there."""
    some = [pair for written in columns.args for pair in written.find_all(nodes.Pair)]
    yield from ((pair.key.value, pair.value.as_const()) for pair in some)
    yield from ((word.key, word.value.as_const()) for word in columns.kwargs)


def tables():
    """(template, its table) of every table whose columns are written in a template."""
    for template, block in template_nodes(nodes.CallBlock):
        if called(block.call) == "table.table" and template not in PUT_TOGETHER:
            yield template, block


def test_every_row_fills_the_columns_of_its_table():
    """Label and kind of a cell are its column's (components/table.jinja), so a row only says what stands where."""
    looked_at = 0
    for template, block in tables():
        declared = dict(pairs(columns_of(block, template)))
        rows = [call for call in block.find_all(nodes.Call) if called(call) == "table.row"]
        assert rows, template
        for row in rows:
            looked_at += 1
            assert row.args[0] == nodes.Name(block.call.args[1].name, "load"), template
            assert [word.key for word in row.kwargs] == list(declared), template
        assert {column[1] for column in declared.values()} <= KINDS, template
        heads = [word.value for word in block.call.kwargs if word.key == "heads"]
        assert {pair.key.value for head in heads for pair in head.items} <= set(declared), template
    assert looked_at >= 24


def test_no_label_is_written_beside_its_column():
    written = {template for template, text in templates().items() if re.search(r"<t[dh]\b|data-label", text)}
    assert written == {"components/table.jinja"}
