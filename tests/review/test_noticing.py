"""What the machine noticed stands with the application for the queue, from the moment it is submitted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pension.models import Payment, PensionRefund
from tests.accounts.factories import UserFactory
from tests.pension.factories import PaymentFactory, submitted
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


def test_what_is_noticed_at_submission_is_kept_with_it(cast):
    PaymentFactory(person=cast.resident.person, amount="300")
    refund = submitted(cast.resident, office=cast.county)
    assert (refund.warnings, refund.marks) == (1, ["twice"])
    stored = PensionRefund.objects.get()
    assert (stored.warnings, stored.marks) == (1, ["twice"])


def test_opening_the_case_notices_what_is_new_with_one_update_and_none_when_nothing_is(client, officer, cast):
    refund = submitted(cast.resident, office=cast.county)
    Payment.objects.update(arrival_status="arrived")
    assert updates(client, refund) == 1
    assert PensionRefund.objects.get().marks == ["arrived"]
    assert updates(client, refund) == 0


def updates(client, refund):
    with CaptureQueriesContext(
        connection,
    ) as taken:
        client.get(f"/review/{refund.number}/")
    return sum(query["sql"].startswith('UPDATE "pension_pensionrefund"') for query in taken)


def test_what_was_decided_keeps_what_was_noticed_then(client, officer, cast):
    refund = submitted(cast.resident, office=cast.county)
    client.post(f"/review/{refund.number}/approve/")
    submitted(UserFactory(), office=cast.county)
    client.get(f"/review/{refund.number}/")
    assert PensionRefund.objects.get(pk=refund.pk).marks == []


def test_a_batch_is_noticed_with_the_same_queries_however_many_people(cast):
    noticed(cast, 1)  # an account of two villages is noticed, with one UPDATE more
    assert noticed(cast, 2) == noticed(cast, 30)


def noticed(cast, people):
    clerk = UserFactory(clerk=True, organisation__office=cast.county)
    village = make_village(clerk, people=people)
    with CaptureQueriesContext(connection) as taken:
        submit_batch(village, clerk)
    return len(taken)
