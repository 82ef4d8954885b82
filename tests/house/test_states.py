"""A state is set by the transitions of its own machine and nowhere else, whatever one tries (design.md section 4)."""

import ast

import pytest
from django.db import models
from django_fsm import FSMField

from accounts.models import User
from bankreports.forms import HeadingForm, RecordForm
from bankreports.models import DepositAccountRecord
from handoff.models import Callback
from pension.models import PensionRefund
from tests.house.machines import EXPLAINED, misplaced, states_of, suspects
from tests.house.source import models_here, modules
from tests.house.statements import statements, writes

STATES = set().union(*map(states_of, modules().values()))
TABLES = {model._meta.db_table for model in models_here() if STATES & {field.name for field in model._meta.fields}}
# Statements over a table that their caller names: of the ledgers, of what a feed stages and of the tallies, which no state is kept in.
OF_THEIR_CALLER = {
    "refunds_portal/production/resealing.py",  # sealed columns only, which no state is
    "foundation/feeds/ledger.py",
    "foundation/feeds/staging.py",
    "refunds/records/feeding.py",
    "refunds/tallies/areas.py",
    "refunds/tallies/contributions.py",
    "refunds/tallies/folding.py",
}

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


def test_what_is_explained_is_there_and_names_no_state():
    assert {place for name, tree in modules().items() for *_, place in suspects(name, tree, STATES)} == set(EXPLAINED)
    assert not STATES & {*PensionRefund.TYPED, *RecordForm.base_fields, *HeadingForm.base_fields}
    without = (DepositAccountRecord, Callback, User)
    assert not [model for model in without if STATES & {field.name for field in model._meta.fields}]


def test_what_is_explained_is_explained_for_that_alone():
    """The twin: beside it, and for a state by its name."""
    assert found("def remember():\n  setattr(draft, field, 1)", "pension/village/drafts.py") == []
    assert found("def forget():\n  setattr(draft, field, 1)", "pension/village/drafts.py")
    assert found("def remember():\n  draft.refund_status = 1", "pension/village/drafts.py")
    assert found("def remember():\n  setattr(draft, 'refund_status', 1)", "pension/village/drafts.py")


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
        "Model.objects.bulk_update(rows, names)",
        "Model.objects.bulk_create(rows, update_conflicts=True, update_fields=['refund_status'])",
        "Model.objects.bulk_create(rows, update_conflicts=True, update_fields=names)",
        "Model.objects.bulk_create(rows, **options)",
        "PensionRefund(refund_status='approved')",
        "PensionRefund(**changes)",
        "cls(**changes)",
        "Model.objects.create(refund_status='approved')",
        "await Model.objects.acreate(refund_status='approved')",
        "Model.objects.create(**changes)",
        "Model.objects.get_or_create(number=1, defaults={'status': 'paid'})",
        "Model.objects.get_or_create(number=1, defaults={**changes})",
        "Model.objects.get_or_create(number=1, defaults=changes)",
        "Model.objects.update_or_create(number=1, create_defaults={name: 'paid'})",
        "anything_else(review_status='completed')",
        "refund.__dict__.update({'refund_status': 'approved'})",
        "refund.__dict__ |= changes",
        "behind = vars(refund)",
        "operator.setitem(vars(refund), 'status', 'paid')",
        "setattr(refund, name, 'approved')",
        "object.__setattr__(refund, name, 'approved')",
        "refund.__setattr__(name, 'approved')",
        "delattr(refund, 'status')",
    ],
)
def test_a_state_that_is_set_elsewhere_would_be_seen(line):
    """The twins: in any file, in any method, in the machine's own file, and beside the set-based verbs."""
    assert found(line)
    assert found(f"class Other:\n  @transition(status, source=1, target=2)\n  async def finish(self):\n    {line}")
    for file in ("refunds/machines.py", "handoff/models/sending.py", "refunds/actions/decisions.py"):
        assert found(f"async def verb(number, *, by):\n  {line}", file)


@pytest.mark.parametrize(
    "line",
    [
        "Q(refund_status='approved', review_result='')",
        "rows.filter(review_status='completed').exclude(status='paid').get(status='held')",
        "rows.filter(**{name: value})",
        "models.CheckConstraint(condition=models.Q(status='paid'))",
        "render(request, page, context, status=422)",
        "PensionRefund(applicant=1, office=2)",
        "rows.update(note=status)",
        "rows.get_or_create(number=1, defaults={'note': status})",
        "setattr(refund, 'note', refund.status)",
        "rows.bulk_create(Line(refund=refund) for refund in rows)",
        "refund.status == 'paid'",
    ],
)
def test_what_only_asks_for_a_state_is_left_alone(line):
    assert found(line) == []


def test_a_transition_sets_what_its_own_class_declares_and_no_more():
    assert found(MACHINE.format(line="self.review_result = 'passed'", other="pass")) == []
    assert found(MACHINE.format(line="self.review_result = 'passed'", other="self.review_result = ''"))
    assert found(MACHINE.format(line="self.review_result = self.note = ''", other="self.note = ''")) == []
    assert found(MACHINE.format(line="self.refund_status = 'approved'", other="pass"))


VERB = "@transaction.atomic\n{decorator}\ndef pass_all(rows, *, by):\n  rows.update(refund_status='approved')\n"


def test_a_set_based_verb_is_the_one_exemption():
    verb, plain = VERB.format(decorator="@set_based('approve')"), VERB.format(decorator="@atomic('approve')")
    assert found(verb, "refunds/actions/decisions.py") == []
    assert found(plain, "refunds/actions/decisions.py") == ["refund_status"]
    assert found(verb, "refunds/models.py") == found(verb, "newroom/actions.py") == ["refund_status"]


def test_no_sql_of_ours_writes_a_state():
    """Nor writes columns of a table with a state, or of any table, that are only known when it runs."""
    assert {table.partition("_")[0] for table in TABLES} >= {"pension", "medical", "handoff", "bankreports"}
    found = {
        name for name, tree in modules().items() for _line, text in statements(tree) if writes(text, STATES, TABLES)
    }
    assert found == OF_THEIR_CALLER


def test_nobody_names_a_table_with_a_state_to_those_who_write_any():
    assert not [name for name, tree in modules().items() for _line, text in statements(tree) if text in TABLES]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("UPDATE handoff_delivery SET status = 'paid'", True),
        ("UPDATE pension_pensionrefund\n SET number = 1,\n \"refund_status\"='paid' WHERE id = 1", True),
        (" SET (review_status, number) = (1, 2)", True),
        (" SET (status) = ROW('paid')", True),
        ("INSERT INTO x VALUES (1) ON CONFLICT (id) DO UPDATE SET review_result = ''", True),
        ("UPDATE x SET number = 1 WHERE status = 'paid'", False),
        ("UPDATE x SET words = status, number = 1", False),
        ("SELECT number FROM x WHERE status = 'paid'", False),
        ("UPDATE x SET words = (SELECT 1 WHERE true), status = 'paid'", True),
        ("INSERT INTO handoff_delivery (number, status) VALUES (1, 'paid')", True),
        ('INSERT INTO x AS y (number, "refund_status") SELECT 1, 2', True),
        ("MERGE INTO x USING y ON true WHEN NOT MATCHED THEN INSERT (status) VALUES ('paid')", True),
        ("INSERT INTO handoff_delivery SELECT * FROM x", True),
        ("INSERT INTO x SELECT status FROM y", False),
        ("INSERT INTO x (number) SELECT status FROM y", False),
        ("COPY handoff_delivery (number, status) FROM STDIN", True),
        ("COPY handoff_delivery FROM STDIN", True),
        ("COPY x (number) FROM STDIN", False),
        ("COPY (SELECT status FROM handoff_delivery) TO STDOUT", False),
    ],
)
def test_sql_that_writes_a_state_would_be_seen(text, wanted):
    assert writes(text, STATES, TABLES) is wanted


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("f'UPDATE {table} SET status = %s'", True),
        ("f'UPDATE handoff_delivery SET {column} = %s'", True),
        ("f'UPDATE handoff_delivery SET {changes} WHERE id = 1'", True),
        ("f'UPDATE {table} SET ({columns}) = ROW({values})'", True),
        ("f\"{'UPDATE x SET status = 1' if paid else ''}\"", True),
        ("'UPDATE handoff_delivery SET {} = 1'.format(column)", True),
        ("'UPDATE handoff_delivery SET ' + column + ' = 1'", True),
        ("'UPDATE handoff_delivery ' + f'SET number = {number}, ' 'status = 1'", True),
        ("f'INSERT INTO handoff_delivery ({columns}) VALUES (1)'", True),
        ("f'INSERT INTO {table} ({columns}) VALUES (1)'", True),
        ("f'COPY handoff_delivery {columns} FROM STDIN'", True),
        ("f'UPDATE handoff_delivery SET number = {number} WHERE status = {status}'", False),
        ("f'INSERT INTO x ({columns}) SELECT {status}'", False),
        ("f'SELECT {status} FROM handoff_delivery'", False),
    ],
)
def test_sql_that_is_put_together_would_be_seen(source, wanted):
    assert any(writes(text, STATES, TABLES) for _line, text in statements(ast.parse(source))) is wanted


def test_every_state_is_kept_in_a_column_of_text():
    """A machine over numbers would escape the words above."""
    assert all(
        isinstance(field, models.CharField)
        for model in models_here()
        for field in model._meta.local_fields
        if field.name in STATES
    )
