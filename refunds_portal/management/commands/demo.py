"""Database, migrations, demo data, web, worker and mock agencies in one go; Ctrl-C stops all (design.md section 6)."""

import os
import shutil
import socket
import sys
from pathlib import Path

import httpx
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections, transaction

from accounts.demo import LOGINS, PASSWORD
from accounts.models import Door, Person
from foundation import embedded
from refunds_portal.demo import cases, feeds, medical, past
from refunds_portal.demo.runner import Part, Runner


class Command(BaseCommand):
    help = "Run the whole portal with fictional data on this machine. PORT (8000) and PORTAL_DATA (.data) move it."
    requires_system_checks = []

    def handle(self, **options):
        port = int(os.environ.get("PORT", "8000"))
        if not settings.DEMO:
            raise CommandError("manage.py demo shows SMS codes on screen: it runs with PORTAL_DEMO=1 only.")
        _must_be_free(port)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if not Person.objects.exists():
            self.stdout.write("正在装入演示数据……")
            _load()
        connections.close_all()
        runner = Runner(_parts(port), _environment(port))
        runner.start()
        try:
            runner.watch(ready=lambda: self._ready(port))
        finally:
            self.stdout.write("\n正在停止……")
            runner.stop()
            if not settings.DATABASE_URL:
                embedded.release(settings.PORTAL_DATA)
            self.stdout.write("已全部停止。数据保留在 " + str(settings.PORTAL_DATA))

    def _ready(self, port) -> bool:
        url = f"http://127.0.0.1:{port}"
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code != 200:
                return False
        except httpx.HTTPError:
            return False
        logins = [f"  {Door(door).label:　<10}{name:<12}{who}" for door in LOGINS for name, who in LOGINS[door]]
        self.stdout.write(f"\n  城乡居民社会保险费退费服务平台已就绪：{url}\n")
        self.stdout.write("\n".join(logins))
        self.stdout.write(f"\n  密码都是 {PASSWORD}。按 Ctrl-C 停止。\n\n")
        self.stdout.flush()
        return True


def _load() -> None:
    folder = settings.PORTAL_DATA / "feeds"
    feeds.write(folder)
    # All or nothing, so that a second run after an interrupted first one starts from an empty database again.
    with transaction.atomic():
        call_command("load_offices", folder / "offices.csv", verbosity=0)
        call_command("load_organisations", folder / "organisations.csv", verbosity=0)
        call_command("load_staff", folder / "staff.csv", verbosity=0)
        feeds.administrator()
        for file in ("pension.csv", "villages.csv"):
            call_command("load_payments", "pension", folder / file, verbosity=0)
        call_command("load_payments", "medical", folder / "medical.csv", verbosity=0)
        cases.play()
        medical.play()
        past.spread()


def _parts(port) -> list[Part]:
    python = sys.executable
    web = f"-m granian --interface wsgi --host 127.0.0.1 --port {port} --workers 2 --blocking-threads 4 --no-ws"
    web = f"{web} --respawn-failed-workers --respawn-interval 1 --log-level warning refunds_portal.wsgi:application"
    return [
        Part("web", [python, *web.split()]),
        Part("worker", [python, "manage.py", "worker"]),
        Part("agencies", [python, "manage.py", "mock_agencies"]),
    ]


def _environment(port) -> dict[str, str]:
    agencies = _free_port()
    return {
        **os.environ,
        "DATABASE_URL": settings.DATABASE_URL or embedded.database_url(settings.PORTAL_DATA),
        "PORTAL_DATA": str(settings.PORTAL_DATA),
        "PORTAL_DEMO": "1",
        "PORT": str(port),
        "MOCK_PORT": str(agencies),
        "AGENCY_HRSS_URL": f"http://127.0.0.1:{agencies}/hrss",
        "AGENCY_MEDICAL_URL": f"http://127.0.0.1:{agencies}/medical",
        "SMS_GATEWAY_URL": f"http://127.0.0.1:{agencies}/sms",
        "PYTHONUNBUFFERED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(_empty(settings.PORTAL_DATA / "metrics")),
    }


def _empty(folder: Path) -> Path:
    """Where the web workers count for /metrics, without what an earlier run has counted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _must_be_free(port) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(f"Port {port} is in use. Choose another one: PORT=8080 make demo") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
