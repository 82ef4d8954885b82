"""`/metrics`: figures for whoever watches the portal on this machine, of all workers and of the database."""

import os
import re
import subprocess
import sys

import pytest
from django.db import OperationalError, connection

from handoff.models import Callback, Delivery, WorkItem
from refunds import actions
from tests.house.canaries import canary
from tests.house.source import ROOT
from tests.medical.factories import submitted as medical
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


def figures(client) -> dict[str, float]:
    """What is shown, by name and labels."""
    response = client.get("/metrics")
    assert response.status_code == 200
    return dict(re.findall(r"^([a-z]\S*?(?:\{.*\})?) (\S+)$", response.text, re.MULTILINE))


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via", "x-forwarded-for"]
)
def test_whoever_comes_through_a_proxy_finds_nothing(client, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("address", ["10.0.0.7", "192.0.2.1", ""])
def test_whoever_asks_from_another_machine_finds_nothing(client, address):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


def test_the_proxy_of_production_lets_nobody_through():
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.search(r"location = /metrics \{\s+return 404;", proxy)
    assert re.search(r"proxy_set_header X-Forwarded-For \$remote_addr;", proxy)


def test_what_is_under_way_is_counted_and_what_is_finished_is_not(client, cast):
    waiting, paid, held = (submitted(cast.resident, office=cast.county) for _ in range(3))
    medical(cast.resident, office=cast.county)
    for refund in (waiting, paid, held):
        actions.approve(refund.number, by=cast.reviewer)
    report(paid.number, events=["paid"])
    delivery = Delivery.objects.get(number=held.number)
    delivery.hold(answer="对方拒收", declined=True)
    delivery.save()
    WorkItem.objects.create(kind="held", agency="hrss", instruction_id=held.instruction_id, detail="对方拒收")
    Callback.objects.update(applied_at=None)
    shown = figures(client)
    assert {name: number for name, number in shown.items() if name.startswith("portal_") and "pool" not in name} == {
        'portal_deliveries_open{agency="hrss",status="held"}': "1.0",
        'portal_deliveries_open{agency="hrss",status="waiting"}': "1.0",
        'portal_delivery_oldest_seconds{agency="hrss"}': shown['portal_delivery_oldest_seconds{agency="hrss"}'],
        'portal_callbacks_unapplied{agency="hrss"}': "1.0",
        'portal_jobs{status="todo",task="handoff.send"}': "3.0",
        'portal_work_items_open{kind="held"}': "1.0",
        'portal_applications_open{agency="hrss",refund_status="approved",review_status="completed",scheme="pension"}': "2.0",
        'portal_applications_open{agency="medical",refund_status="applied",review_status="pending",scheme="medical"}': "1.0",
        "portal_database_up": "1.0",
    }
    Callback.objects.update(applied_at=Delivery.objects.first().created_at)


def test_while_the_database_is_away_it_says_so(client):
    def away(*_):
        raise OperationalError("the database is away")

    with connection.execute_wrapper(away):
        assert figures(client)["portal_database_up"] == "0.0"


def test_connections_are_counted(client):
    assert 'portal_pool{figure="requests_waiting"}' in figures(client)


def test_labels_hold_no_numbers_and_nothing_that_a_stranger_makes_up(client, cast):
    bird = canary(1)
    client.force_login(bird.user)
    client.get(f"/refunds/{bird.id_number}/?q={bird.phone}")
    client.get(f"/{bird.account}/")
    client.generic("BREW", "/")
    client.generic("BREW", "/no-such-page/")
    shown = client.get("/metrics").text
    assert 'view="refunds:detail"' in shown
    assert 'method="<invalid method>"' in shown
    assert [secret for secret in (*bird.secrets, "BREW", "no-such-page") if secret in shown] == []


COUNT = "import django; django.setup(); from django.test import Client; Client().get('/healthz', secure=True)"
SHOW = "import django; django.setup(); from refunds_portal import metrics; print(metrics.of_processes().decode())"


def test_all_workers_are_counted_whichever_answers(tmp_path):
    """The twin without the folder counts one process, which has served nothing."""
    counted = (
        r'django_http_responses_total_by_status_view_method_total\{method="GET",status="\d+",view="healthz"\} (\S+)'
    )
    folder = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for environment in (folder, folder, {}):
        _python(COUNT, environment)
    assert re.findall(counted, _python(SHOW, folder)) == ["2.0"]
    assert re.findall(counted, _python(SHOW, {})) == []


def test_a_worker_that_died_has_no_connections_any_more(tmp_path):
    folder = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    _python(SHOW, folder)
    shown = _python(SHOW, folder)
    assert len(re.findall(r'^portal_pool\{figure="pool_size",pid="\d+"\}', shown, re.MULTILINE)) == 1


def _python(code: str, environment: dict[str, str]) -> str:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "testserver"}
    kept = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=kept | settings | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
