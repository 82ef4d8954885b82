"""Every column has a purpose, and those about a person are known as such (PIPL 6, 19, 51)."""

from itertools import pairwise

import pytest
from django.db import models
from django.test.utils import isolate_apps
from django_fsm import FSMField

from foundation.crypto import EncryptedField
from refunds.models import RefundApplication
from tests.house.personal import mistakes, personal
from tests.house.source import models_here

SECRET = "4209841960031500070"
# What makes a name a moment: `closed_at`, `refunded_on`.
MOMENTS = ("_at", "_on")


def fields(kind=models.Field):
    for model in models_here():
        for field in model._meta.local_fields:
            if isinstance(field, kind):
                yield model._meta.label, field


@pytest.mark.parametrize("model", models_here(), ids=lambda model: model._meta.label)
def test_every_column_is_known_as_personal_or_not(model):
    assert mistakes(model) == []


def test_an_application_of_a_new_scheme_says_only_what_it_adds():
    with isolate_apps("refunds"):

        class Silent(RefundApplication):
            spouse = models.CharField(max_length=80)

            class Meta:
                app_label = "refunds"

        class Contrary(RefundApplication):
            spouse = models.CharField(max_length=80)
            PERSONAL = {"spouse": "", "amount": "how much is refunded", "cousin": "nobody knows"}
            IMPERSONAL = "spouse"

            class Meta:
                app_label = "refunds"

    assert mistakes(Silent) == ["refunds.Silent.spouse is neither PERSONAL nor IMPERSONAL"]
    assert mistakes(Contrary) == [
        "refunds.Contrary.spouse is both PERSONAL and IMPERSONAL",
        "refunds.Contrary.cousin is no field",
        "refunds.Contrary.spouse needs a purpose of 1 to 15 words",
    ]


def test_history_rows_keep_what_their_application_says():
    tracked = [model for model in models_here() if hasattr(model, "pgh_tracked_model")]
    histories = [model for model in tracked if issubclass(model.pgh_tracked_model, RefundApplication)]
    assert histories
    for model in histories:
        assert {"pgh_context", "amount", "remark"} <= personal(model).keys()


def test_money_is_twelve_digits_with_two_decimals():
    amounts = list(fields(models.DecimalField))
    assert amounts
    assert {(field.max_digits, field.decimal_places) for _label, field in amounts} == {(12, 2)}
    assert not list(fields(models.FloatField))


def is_indexed(model, column) -> bool:
    """Whether the database finds rows by it: an index of its own, or a place in one of the table's."""
    within = [
        name
        for rule in (*model._meta.constraints, *model._meta.indexes)
        if isinstance(rule, models.UniqueConstraint | models.Index)
        for name in rule.fields
    ]
    return column.unique or column.db_index or column.name in within


def unsealed(model) -> list[str]:
    """What is wrong with the encrypted columns of a model and their blind indexes."""
    sealed = [field for field in model._meta.local_fields if isinstance(field, EncryptedField)]
    blind = {field.name: field for field in model._meta.local_fields if field.name.endswith("_index")}
    indexes = {field.index for field in sealed if field.index}
    open_indexes = [name for name in indexes if name not in blind or not is_indexed(model, blind[name])]
    return [
        *(f"{field.name} is not said to be personal" for field in sealed if field.name not in personal(model)),
        *(f"{field.name} has no mask" for field in sealed if SECRET in field.mask(SECRET)),
        *(f"{name} is looked for without an index" for name in open_indexes),
        *(f"{name} is the index of nothing" for name in sorted(blind.keys() - indexes) if sealed),
    ]


def test_every_encrypted_column_is_personal_masked_and_has_its_index_where_it_is_looked_for():
    assert list(fields(EncryptedField))
    assert [(model._meta.label, *unsealed(model)) for model in models_here() if unsealed(model)] == []


def test_an_encrypted_column_that_is_left_open_would_be_seen():
    """The twin."""
    with isolate_apps("refunds"):

        class Open(models.Model):
            number = EncryptedField(mask=str, index="number_index")
            number_index = models.BinaryField(max_length=32)
            phone = EncryptedField()
            phone_index = models.BinaryField(max_length=32, unique=True)
            PERSONAL = {"number": "a number"}

            class Meta:
                app_label = "refunds"

    assert unsealed(Open) == [
        "phone is not said to be personal",
        "number has no mask",
        "number_index is looked for without an index",
        "phone_index is the index of nothing",
    ]


@pytest.mark.parametrize("name", ["number", "phone", "account"])
def test_no_column_with_a_telling_name_is_kept_in_the_open(name):
    """A column called like a number of a person is encrypted, an index, or one of these."""
    fine = {"number", "instruction_id", "ticket_number", "social_number", "tax_number", "personal_number"}
    fine |= {"account_kind", "account_type", "account_name"}
    # The key that the records of one account share; and the licence of a unit's account, which a resident has not.
    fine |= {"account", "certificate_number"}
    telling = [(label, field) for label, field in fields() if name in field.name and field.name not in fine]
    assert any(isinstance(field, EncryptedField) for _label, field in telling)
    for label, field in telling:
        assert isinstance(field, EncryptedField) or field.name.endswith("_index"), f"{label}.{field.name}"


# Beside a machine all the same, because another than its own asks.
FLAGS = {
    "holds": "whether the payment is taken: what is frozen takes it again, whatever its state",
    "frozen": "whether its application is: the sweep asks the deliveries alone",
    "declined": "whether the agency holds it up by a refusal, or does not know it",
    "stop_asked": "whether a `cancelled` is what we asked for",
}


def answered_twice(model) -> list[str]:
    """The columns of a model that answer a question another one answers, or could answer it in a third way."""
    columns = model._meta.local_fields
    flags = [field for field in columns if isinstance(field, models.BooleanField) and field.name not in FLAGS]
    machines = any(isinstance(field, FSMField) for field in columns)
    states = [field.choices for field in columns if field.choices and not isinstance(field, models.ForeignKey)]
    values = {value for choices in states for value, _label in choices}
    moments = {field.name.removesuffix(end) for field in columns for end in MOMENTS if field.name.endswith(end)}
    return [
        *(f"{flag.name} stands beside a machine" for flag in flags if machines),
        *(f"{flag.name} has a third answer" for flag in flags if flag.null),
        *(f"{flag.name} is a state of its table" for flag in flags if flag.name.removeprefix("is_") in values),
        *(f"{flag.name} has its moment" for flag in flags if flag.name.removeprefix("is_") in moments),
        *(f"{a} is asked twice" for a, b in pairwise(sorted(states)) if a == b),
    ]


def test_every_table_has_at_most_one_state_column_per_question():
    """One column answers one question: where a machine stands no flag does, and no flag repeats a state or a moment."""
    assert list(fields(models.BooleanField))
    assert [(model._meta.label, *answered_twice(model)) for model in models_here() if answered_twice(model)] == []


def test_a_question_that_is_answered_twice_would_be_seen():
    """The twin."""
    with isolate_apps("refunds"):

        class Approved(RefundApplication):
            approved = models.BooleanField()

            class Meta:
                app_label = "refunds"

        class Task(models.Model):
            status = models.CharField(choices=[("open", ""), ("done", "")])
            again = models.CharField(choices=[("open", ""), ("done", "")])
            done = models.BooleanField()
            is_closed = models.BooleanField(null=True)
            closed_at = models.DateTimeField(null=True)

            class Meta:
                app_label = "refunds"

    assert answered_twice(Approved) == ["approved stands beside a machine"]
    assert answered_twice(Task) == [
        "is_closed has a third answer",
        "done is a state of its table",
        "is_closed has its moment",
        "[('open', ''), ('done', '')] is asked twice",
    ]
