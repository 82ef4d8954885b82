"""The worker as a process of its own: killed between send and acknowledgement, the agency still makes one refund."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.utils import timezone

from handoff.models import Callback, Delivery, DeliveryStatus
from handoff.tasks import defer_apply, sweep
from mock_agencies import MockAgencies
from refunds import actions
from tests.conftest import make_cast
from tests.medical import factories as medical
from tests.pension.factories import submitted
from tests.processes import database_url

# A worker beats every 10 seconds: below that a live one would look dead.
STALLED_SECONDS = 12


def start_worker(agency_url):
    """`manage.py procrastinate worker` on the test's own database."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "refunds_portal.settings",
        "PORTAL_DEMO": "1",
        "PORTAL_DATA": str(portal_settings.PORTAL_DATA),
        "DATABASE_URL": database_url(),
        "AGENCY_HRSS_URL": f"{agency_url}/hrss",
        "AGENCY_MEDICAL_URL": f"{agency_url}/medical",
        "WORKER_STALLED_SECONDS": str(STALLED_SECONDS),
        "AGENCY_TIMEOUT_SECONDS": "60",
    }
    command = [sys.executable, "manage.py", "worker"]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def working(agency_url):
    """A worker as long as the context lasts."""
    worker = start_worker(agency_url)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(30)


def wait_for(what, seconds):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def a_port_nobody_listens_on():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_send_and_acknowledgement_ends_in_one_refund(tmp_path):
    secrets = {code: entry["secrets"][0] for code, entry in portal_settings.AGENCIES.items()}
    cast = make_cast()
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    portal = f"http://127.0.0.1:{a_port_nobody_listens_on()}"
    with MockAgencies(database=tmp_path / "agencies.sqlite3", portal_url=portal, secrets=secrets, delay=600) as mock:
        # The agency takes the instruction and then keeps the line open: the worker hangs between send and receipt.
        order = {"agency": "hrss", "fault": "accept_then_hang", "times": 1}
        httpx.post(f"{mock.url}/control", json=order).raise_for_status()
        worker = start_worker(mock.url)
        try:
            wait_for(lambda: httpx.get(f"{mock.url}/control/seen").json()["instructions"], 30)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            assert Delivery.objects.get().status == DeliveryStatus.WAITING
            worker = start_worker(mock.url)
            wait_for(lambda: Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED, 60)
        finally:
            worker.terminate()
            worker.wait(30)
        seen = httpx.get(f"{mock.url}/control/seen").json()
    assert [len(seen[what]) for what in ("instructions", "requests", "questions")] == [1, 1, 1]  # asked, not sent again


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_up_a_delivery_whose_job_is_lost(tmp_path):
    secrets = {code: entry["secrets"][0] for code, entry in portal_settings.AGENCIES.items()}
    cast = make_cast()
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    sweep.defer(timestamp=0)  # at once, and not at the next full minute
    portal = f"http://127.0.0.1:{a_port_nobody_listens_on()}"
    with MockAgencies(database=tmp_path / "agencies.sqlite3", portal_url=portal, secrets=secrets, delay=600) as mock:
        worker = start_worker(mock.url)
        try:
            wait_for(lambda: Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED, 60)
        finally:
            worker.terminate()
            worker.wait(30)


@pytest.mark.django_db(transaction=True)
def test_dripping_answers_of_one_agency_stop_neither_the_other_nor_what_they_report(tmp_path):
    secrets = {code: entry["secrets"][0] for code, entry in portal_settings.AGENCIES.items()}
    cast = make_cast()
    slow = [actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer) for _ in range(6)]
    quick = actions.approve(medical.submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    portal = f"http://127.0.0.1:{a_port_nobody_listens_on()}"
    with MockAgencies(database=tmp_path / "agencies.sqlite3", portal_url=portal, secrets=secrets, delay=600) as mock:
        httpx.post(f"{mock.url}/control", json={"agency": "hrss", "fault": "drip", "times": None}).raise_for_status()
        with working(mock.url):
            wait_for(lambda: Delivery.objects.get(number=quick.number).status == DeliveryStatus.ACKNOWLEDGED, 30)
            report = Callback.objects.create(
                agency="hrss", message_id="m", instruction_id=slow[0].instruction_id, event="accepted", sequence=1,
                amount=slow[0].amount, occurred_at=timezone.now(),
            )  # fmt: skip
            defer_apply(report)
            wait_for(lambda: Callback.objects.get().applied_at, 20)
            assert Delivery.objects.filter(agency="hrss", receipt="").count() == 6
