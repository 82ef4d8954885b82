"""A generated province is one that could have grown: every state, every queue, every promise kept, the same each time."""

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from accounts.identity import id_index
from accounts.models import Person
from benchmarks import generate
from benchmarks.province.residents import known
from benchmarks.province.streams import MissingColumn, Table
from foundation.crypto import EncryptedField
from medical.models import MedicalRefund
from pension.models import PensionRefund, PensionRefundLine
from refunds.models import RefundApplication
from refunds.states import ALLOWED, Queue
from tests.invariants import violations

SIZE = 300


def rows(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def digest() -> dict[str, str]:
    """Of every row of every table, without what is really sealed: chance is part of that."""
    found = {}
    for model in generate.models():
        columns = [f.column for f in model._meta.concrete_fields if not isinstance(f, EncryptedField)]
        line = f"SELECT md5(ROW({', '.join(columns)})::text) AS line FROM {model._meta.db_table}"
        found[model._meta.db_table] = rows(f"SELECT md5(string_agg(line, '' ORDER BY line)) FROM ({line}) lines")[0][0]
    return found


def orphans() -> list[str]:
    """Foreign keys that lead nowhere; the database did not look."""
    found = []
    for model in generate.models():
        for field in model._meta.concrete_fields:
            if field.remote_field and field.db_constraint:
                there = f"SELECT FROM {field.remote_field.model._meta.db_table} t WHERE t.{field.target_field.column}"
                column = f"{model._meta.db_table}.{field.column}"
                lost = f"{column} IS NOT NULL AND NOT EXISTS ({there} = {column})"
                if rows(f"SELECT FROM {model._meta.db_table} WHERE {lost} LIMIT 1"):
                    found.append(column)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_small_province_has_everything_and_is_the_same_each_time():
    counts = generate.fill(SIZE)
    first = digest()
    generate.tidy(SIZE)
    assert violations(with_structure=True) == []
    assert orphans() == []
    assert counts == {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in counts}
    for model in (PensionRefund, MedicalRefund):
        states = set(model.objects.values_list("refund_status", "review_status", "review_result"))
        assert states == {s for s in ALLOWED if model is PensionRefund or s[1] != "draft"}
        queues = {refund.queue for refund in model.objects.all()}
        assert queues == {q for q in Queue if model is PensionRefund or q != Queue.DRAFT}
    assert PensionRefund.objects.count() + MedicalRefund.objects.count() == SIZE
    assert PensionRefundLine.objects.filter(left_out__isnull=False).exists()
    assert PensionRefundLine.objects.filter(outcome="returned", refund__refund_status="refunded").exists()
    somebody_can_be_found()
    empty()
    generate.fill(SIZE)
    assert digest() == first
    generate.tidy(SIZE)


def somebody_can_be_found() -> None:
    number, phone = known(3, "420984")
    person = Person.objects.get(id_index=id_index("201", number))
    assert person.id_number.reveal("a test") == number
    refund = PensionRefund.objects.filter(applicant=person).first() or MedicalRefund.objects.get(applicant=person)
    assert refund.contact_phone.reveal("a test") == phone


def empty() -> None:
    tables = ", ".join(model._meta.db_table for model in generate.models())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@pytest.mark.django_db
def test_nobody_generates_into_a_database_with_people(cast):
    with pytest.raises(generate.NotEmpty):
        generate.fill(SIZE)


@isolate_apps("refunds")
def test_a_new_column_is_filled_by_its_default_and_fails_aloud_without_one():
    class Grown(RefundApplication):
        year = models.PositiveSmallIntegerField(default=2026)
        marks = models.JSONField(default=list)
        taken_until = models.DateTimeField(null=True)
        due_on = models.DateField()

        class Meta:
            app_label = "refunds"

    table = Table(Grown)
    assert [table.blank[name] for name in ("year", "marks", "taken_until", "disputed")] == [2026, [], None, ""]
    row = {"id": "x", "office_id": "1", "submitted_by_id": 1, "amount": 1}
    with pytest.raises(MissingColumn, match=r"\['due_on'\]"):
        table.add(row)
    table.add(row | {"due_on": "2026-12-31"})
    with pytest.raises(KeyError, match="no column"):
        table.add(row | {"due_on": "2026-12-31", "due_at": ""})
