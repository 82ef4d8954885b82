"""Alive and ready, for whoever watches the portal."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from foundation import alarms
from foundation.alarms import Alarm
from handoff import watch

# A worker beats every 10 seconds; after three missed beats it is not there.
WORKER_SECONDS = 30


@require_safe
@login_not_required
def healthz(request):
    """200 while the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request):
    """200 only when database, migrations and worker are there and no handoff is overdue; 503 names what is missing."""
    try:
        checks = {"database": _database(), "migrations": _migrations(), "worker": has_worker()}
        checks["handoff"] = checks["migrations"] and not watch.is_overdue()
    except DatabaseError:
        checks = {"database": False}
    _tell({name for name, holds in checks.items() if not holds})
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


# What the last answer of this process said was missing: an alarm is raised when it turns, not each time somebody asks.
_missing: set[str] = set()


def _tell(missing: set[str]) -> None:
    new = missing - _missing
    _missing.clear()
    _missing.update(missing)
    if "handoff" in new and "migrations" not in missing:
        alarms.raise_(Alarm.HANDOFF_OVERDUE)
    if new - {"handoff"}:
        alarms.raise_(Alarm.NOT_READY, missing=sorted(new - {"handoff"}))


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def has_worker() -> bool:
    """Whether one has beaten lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - %s * interval '1 second')",
            [WORKER_SECONDS],
        )
        return cursor.fetchone()[0]
