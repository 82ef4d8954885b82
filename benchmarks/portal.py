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


def prepare(database: str = "", *, data: Path | None = None) -> None:
    """Django on `database` (a URL), or on an embedded server of its own under `data`, PORTAL_BENCHMARK_DATA or `.data/benchmark`.

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

    call_command("migrate", verbosity=0)
    import refunds_portal.wsgi  # noqa: F401  (what a web worker does when it starts)


def peak_kb() -> int:
    """Peak resident memory of this process (Linux). Not `ru_maxrss`, which starts at the parent's."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
