"""A state is set by the transitions of its own machine and nowhere else, in whatever room or file one tries (design.md 4)."""

import ast
import re

import pytest
from django.db import models
from django_fsm import FSMField

from tests.house.machines import misplaced, states_of
from tests.house.source import models_here, modules, strings

STATES = set().union(*map(states_of, modules().values()))
_NAMES = "|".join(sorted(STATES))
# `SET status = …` and `SET (number, status, …) = …`, up to the condition.
SETS_IN_SQL = re.compile(rf"\bSET\b((?!\bWHERE\b).)*\b({_NAMES})\"?([^()=,]*|[^()=]*\)\s*)=", re.IGNORECASE | re.DOTALL)

MACHINE = """
class Thing(models.Model):
    status = FSMField()
    review_result = models.CharField(choices=X)
    note = models.CharField()

    @transition(status, source="a", target="b")
    def finish(self):
        {line}

    def spoil(self):
        {other}
"""


def found(text, file="newroom/anything.py"):
    return [name for _line, name in misplaced(file, ast.parse(text), STATES)]


def test_the_machines_are_known():
    """Were a state unknown here, nothing below would look for it."""
    here = [field for model in models_here() for field in model._meta.local_fields]
    assert {field.name for field in here if isinstance(field, FSMField)} | {"review_result"} == STATES


def test_a_machine_refuses_to_be_set_by_hand():
    assert all(f.protected for model in models_here() for f in model._meta.local_fields if isinstance(f, FSMField))


def test_states_change_only_where_their_machine_stands():
    assert [(name, *at) for name, tree in modules().items() for at in misplaced(name, tree, STATES)] == []


@pytest.mark.parametrize(
    "line",
    [
        "refund.refund_status = 'approved'",
        "refund.refund_status, x = 1, 2",
        "refund.status += 'x'",
        "delivery.status: str = 'paid'",
        "for refund.review_status in states: pass",
        "del refund.review_result",
        "refund.__dict__['refund_status'] = 'approved'",
        "vars(refund)['refund_status'] = 'approved'",
        "setattr(refund, 'review_result', '')",
        "object.__setattr__(refund, 'status', '')",
        "rows.update(review_status='completed')",
        "rows.filter(x=1).update(note='', status='paid')",
        "rows.update(**{'status': 'paid'})",
        "rows.update(**changes)",
        "await rows.aupdate(status='paid')",
        "rows.update_or_create(number=1, defaults={'refund_status': 'paying'})",
        "rows.update_or_create(number=1, defaults=dict(refund_status='paying'))",
        "Model.objects.bulk_update(rows, ['refund_status'])",
        "Model.objects.bulk_update(rows, fields=['refund_status'])",
    ],
)
def test_a_state_that_is_set_elsewhere_would_be_seen(line):
    """The twins: in any file, in any method, in the machine's own file, and beside the set-based verbs."""
    assert found(line)
    assert found(f"class Other:\n  @transition(status, source=1, target=2)\n  async def finish(self):\n    {line}")
    for file in ("refunds/models.py", "handoff/models.py", "refunds/actions.py"):
        assert found(f"async def verb(number, *, by):\n  {line}", file)


def test_a_transition_sets_what_its_own_class_declares_and_no_more():
    assert found(MACHINE.format(line="self.review_result = 'passed'", other="pass")) == []
    assert found(MACHINE.format(line="self.review_result = 'passed'", other="self.review_result = ''"))
    assert found(MACHINE.format(line="self.review_result = self.note = ''", other="self.note = ''")) == []
    assert found(MACHINE.format(line="self.refund_status = 'approved'", other="pass"))


VERB = "@transaction.atomic\n{decorator}\ndef pass_all(rows, *, by):\n  rows.update(refund_status='approved')\n"


def test_a_set_based_verb_is_the_one_exemption():
    verb, plain = VERB.format(decorator="@set_based('approve')"), VERB.format(decorator="@atomic('approve')")
    assert found(verb, "refunds/actions.py") == []
    assert found(plain, "refunds/actions.py") == ["refund_status"]
    assert found(verb, "refunds/models.py") == found(verb, "newroom/actions.py") == ["refund_status"]


def test_no_sql_of_ours_writes_a_state():
    assert [place for place, text in strings() if SETS_IN_SQL.search(text)] == []


@pytest.mark.parametrize(
    ("text", "writes"),
    [
        ("UPDATE handoff_delivery SET status = 'paid'", True),
        ("UPDATE pension_pensionrefund\n SET number = 1,\n \"refund_status\"='paid' WHERE id = 1", True),
        (" SET (review_status, number) = (1, 2)", True),
        (" SET (status) = ROW('paid')", True),
        ("INSERT INTO x VALUES (1) ON CONFLICT (id) DO UPDATE SET review_result = ''", True),
        ("UPDATE x SET number = 1 WHERE status = 'paid'", False),
        ("UPDATE x SET words = status, number = 1", False),
        ("SELECT number FROM x WHERE status = 'paid'", False),
    ],
)
def test_sql_that_writes_a_state_would_be_seen(text, writes):
    assert bool(SETS_IN_SQL.search(text)) is writes


def test_every_state_is_kept_in_a_column_of_text():
    """A machine over numbers would escape the words above."""
    assert all(
        isinstance(field, models.CharField)
        for model in models_here()
        for field in model._meta.local_fields
        if field.name in STATES
    )
