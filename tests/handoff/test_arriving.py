"""A message costs one statement, and leaves both its row and its job, or neither."""

import pytest
from django.db import IntegrityError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from handoff.models import Callback
from handoff.tasks import defer_apply
from refunds import actions
from tests.conftest import make_cast
from tests.handoff.test_callbacks import message, post
from tests.jobs import queued
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
FULL = "CONSTRAINT full_up"


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    return actions.approve(refund.number, by=cast.reviewer)


def test_one_statement_stores_and_queues_it_and_nothing_else_is_asked(
    client, settings, approved, django_assert_num_queries
):
    post(client, settings, message(approved), message_id="evt_0")  # what is read once in a process
    with django_assert_num_queries(1):
        assert post(client, settings, message(approved)).status_code == 202
    assert Callback.objects.count() == len(queued("handoff.apply_callback")) == 2


def test_the_job_is_the_one_that_the_sweep_would_make(client, settings, approved):
    post(client, settings, message(approved))
    defer_apply(Callback.objects.get())
    jobs = ProcrastinateJob.objects.filter(task_name="handoff.apply_callback")
    made = jobs.values("queue_name", "priority", "lock", "queueing_lock", "args", "scheduled_at", "status")
    assert len(made) == 2
    assert made[0] == made[1]


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_queued_is_not_stored(client, settings):
    refund = submitted(make_cast().resident)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE procrastinate_jobs ADD {FULL} CHECK (queue_name <> 'callbacks') NOT VALID")
        try:
            with pytest.raises(IntegrityError, match="full_up"):
                post(client, settings, message(refund))
        finally:
            cursor.execute(f"ALTER TABLE procrastinate_jobs DROP {FULL}")
    assert not Callback.objects.exists()
