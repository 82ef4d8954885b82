"""What one message of an agency costs."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handoff import deliveries
from handoff.models import Callback, Event
from refunds import actions
from tests.medical.factories import submitted as submitted_medical
from tests.pension.factories import submitted as submitted_pension
from tests.reports import has_left

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("submitted", [submitted_pension, submitted_medical], ids=["pension", "medical"])
def test_a_payment_that_is_reported_first_of_all_takes_few_statements_and_one_lock(cast, submitted):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    has_left(refund.instruction_id)
    row = Callback.objects.create(
        agency=refund.scheme.agency,
        message_id=uuid.uuid4().hex,
        instruction_id=refund.instruction_id,
        event=Event.PAID,
        sequence=1,
        amount=refund.amount,
        occurred_at=timezone.now(),
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        deliveries.apply(row.pk)
    statements = [query["sql"] for query in queries]
    assert len(statements) <= 21, "\n".join(statements)
    table = refund._meta.db_table
    assert len([sql for sql in statements if "FOR UPDATE" in sql and f'FROM "{table}"' in sql]) == 1
    assert type(refund).objects.get(pk=refund.pk).refund_status == "refunded"
