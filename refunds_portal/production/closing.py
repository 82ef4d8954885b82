"""History is closed to the role of web and worker: it adds rows and reads them. Triggers refuse the rest, but whoever is signed in to the
database can switch triggers of a session off; what a role may not do, it may not do whatever it switches."""

from typing import Any

from django.apps import apps
from django.db import connection

# deploy/roles.sql
ROLE = "portal"


def histories() -> list[str]:
    """The tables of all histories."""
    return sorted(model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model"))


def close_history(**_signal: Any) -> None:
    """After each migration, by the owner of the tables. Where there is no such role there is nothing to close."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [ROLE])
        if cursor.fetchone() is not None:
            tables = ", ".join(map(connection.ops.quote_name, histories()))
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {connection.ops.quote_name(ROLE)}")


def changeable() -> list[str]:
    """Those that the role of this connection could write anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE has_table_privilege(name, 'UPDATE, DELETE')", [histories()]
        )
        return [name for (name,) in cursor.fetchall()]
