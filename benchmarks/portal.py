"""The portal of a benchmark: its settings, and a database that is migrated and nobody else's."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def own_server(data: Path) -> str:
    """The URL of an embedded server under `data`, which runs as long as this process. Who is told a URL asks nobody else where
    the database is, as in production."""
    from foundation import embedded

    os.environ["PORTAL_DATA"] = str(data)
    return embedded.database_url(data)


def prepare(database: str = "", *, data: Path | None = None, own: bool | None = None) -> None:
    """Django on `database` (a URL), or on an embedded server of its own under `data`, PORTAL_BENCHMARK_DATA or `.data/benchmark`.
    What is our `own`, which that server is, may be emptied (`empty`).

    Secrets are those of the environment, or those kept beside the data: who wants to search in a database that was filled
    here starts the portal with the same ones.
    """
    os.environ.pop("DATABASE_URL", None)
    if database:
        os.environ["DATABASE_URL"] = database
    else:
        os.environ["PORTAL_DATA"] = str(data or os.environ.get("PORTAL_BENCHMARK_DATA", ROOT / ".data" / "benchmark"))
    os.environ.setdefault("PORTAL_DEMO", "1")
    os.environ.setdefault("PORTAL_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    own = not database if own is None else own
    if own:
        _made_of_these_migrations()
    call_command("migrate", verbosity=0)
    if own:
        _keep()
    import refunds_portal.wsgi  # noqa: F401  (what a web worker does when it starts)


def empty() -> None:
    """Everything as the migrations left it: a code table that a person has ever changed hangs on people, and must not go with them."""
    from django.db import connection

    from tests import database

    with connection.cursor() as cursor:
        # Truncated first: rows that are only deleted would still lie in tables and indexes.
        cursor.execute(
            "SELECT string_agg(format('public.%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]}")
    database.restore()


def _made_of_these_migrations() -> None:
    """What an earlier run left is thrown away where it was made of others, or nobody kept how it began."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('as_migrated') IS NOT NULL")
        kept = cursor.fetchone()[0]
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        kept = False
    if not kept:
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP SCHEMA IF EXISTS as_migrated CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
            )


def _keep() -> None:
    from django.db import connection

    from tests import database

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('as_migrated') IS NOT NULL")
        if not cursor.fetchone()[0]:
            cursor.execute(database.KEEP)


def peak_kb() -> int:
    """Peak resident memory of this process (Linux). Not `ru_maxrss`, which starts at the parent's."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
