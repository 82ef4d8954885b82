"""A process killed with -9 somewhere inside a large batch: afterwards all numbers add up."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Person
from pension.models import ArrivalStatus, Payment, PensionRefund, PensionRefundLine
from pension.village import collectives
from pension.village.parts import OUTCOMES, parts_of, together
from refunds import actions
from tests.accounts.factories import UserFactory, resident_number
from tests.invariants import violations
from tests.pension.factories import CollectivePaymentFactory, PersonFactory
from tests.processes import database_url
from tests.village.batches import submit_batch

# `PEOPLE=10000 ROUNDS=20 pytest tests/village/test_crash.py` kills in the largest batch there may be.
PEOPLE, ROUNDS = int(os.environ.get("PEOPLE", "1500")), int(os.environ.get("ROUNDS", "3"))


def big_village(clerk):
    """Its members, made in bulk: what they are called does not matter here."""
    village = CollectivePaymentFactory(organisation=clerk.organisation)
    people = [PersonFactory.build(number=resident_number(n, "420923"), phone=None) for n in range(PEOPLE)]
    Person.objects.bulk_create(people)
    common = {
        "collective": village, "organisation": clerk.organisation, "office": clerk.organisation.office,
        "payment_type": village.payment_type, "year": 2022, "month": 1, "amount": "200.00", "channel": "电子税务局",
        "period_start": village.period_start, "period_end": village.period_end, "paid_on": village.period_start,
        "arrival_status": ArrivalStatus.ARRIVED,
    }  # fmt: skip
    Payment.objects.bulk_create(
        Payment(ticket_number=f"C{n}", person=person, **common) for n, person in enumerate(people)
    )
    return village


def work_until_killed(village, clerk, officer):
    """Another process: choose all, submit, withdraw, again and again, until it is killed."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PORTAL_DATA": str(settings.PORTAL_DATA),
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "-m", "tests.village.work", str(village.pk), str(clerk.pk), str(officer.pk)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE)


@pytest.mark.django_db(transaction=True)
def test_whenever_a_process_dies_the_numbers_add_up():
    clerk = UserFactory(clerk=True)
    officer = UserFactory(reviewer=True, office=clerk.organisation.office)
    village = big_village(clerk)
    chance = random.Random(20261121)
    for _ in range(ROUNDS):
        with work_until_killed(village, clerk, officer) as process:
            assert process.stdout.readline() == b"working\n"
            time.sleep(chance.uniform(0.05, 1.5))
            os.kill(process.pid, signal.SIGKILL)
        wait_for_the_database_to_notice()
        numbers_add_up(village)
    for refund in PensionRefund.objects.filter(review_status="pending"):
        actions.withdraw(refund.number, by=clerk)
    assert submit_batch(village, clerk).people_count == PEOPLE
    with connection.cursor() as cursor:
        # What is asked after the test was planned for an empty database, and takes minutes otherwise.
        cursor.execute("ANALYZE")


def numbers_add_up(village):
    assert violations() == []
    row = collectives.with_numbers([village])[0]
    assert row.paid_people == PEOPLE == row.refundable + row.applied + row.refunded
    assert row.applied == PensionRefundLine.objects.filter(live=True).count()
    for refund in PensionRefund.objects.exclude(review_status="draft"):
        found = parts_of([refund])[refund.pk]
        assert found.everybody == together(getattr(found, code.value) for code in OUTCOMES)


def wait_for_the_database_to_notice():
    """A killed client's transaction ends when the server finds the socket closed."""
    deadline = time.monotonic() + 20
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    raise AssertionError("the killed process still has a transaction open")
