"""The tests' database: made once of all migrations, and after a transactional test just as the migrations left it."""

import gc
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.utils import ProgrammingError

# What only matters when the machine itself goes down: then a test run begins anew.
NOT_FOR_TESTS = ("fsync", "synchronous_commit", "full_page_writes")
# What the migrations put in stands a second time in a schema of its own. Whatever differs from it is put back, and the rest
# emptied: row by row and without triggers (which takes a superuser), because to truncate a hundred tables takes far longer.
KEEP = """
CREATE SCHEMA as_migrated;
DO $$
DECLARE name text; filled boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE as_migrated.%I AS TABLE public.%I', name, name);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION as_migrated.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = 'replica' AS $$
DECLARE name text; is_kept boolean; changed boolean;
BEGIN
    FOR name, is_kept IN
        SELECT t.tablename, k.tablename IS NOT NULL FROM pg_tables t
        LEFT JOIN pg_tables k ON k.schemaname = 'as_migrated' AND k.tablename = t.tablename WHERE t.schemaname = 'public'
    LOOP
        IF is_kept THEN
            EXECUTE format('SELECT EXISTS (SELECT t::text FROM public.%I t EXCEPT ALL SELECT t::text FROM as_migrated.%I t)'
                ' OR EXISTS (SELECT t::text FROM as_migrated.%I t EXCEPT ALL SELECT t::text FROM public.%I t)',
                name, name, name, name) INTO changed;
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO changed;
        END IF;
        IF changed THEN
            EXECUTE format('DELETE FROM public.%I', name);
        END IF;
        IF changed AND is_kept THEN
            EXECUTE format('INSERT INTO public.%I TABLE as_migrated.%I', name, name);
        END IF;
    END LOOP;
END $$;
"""


def prepare() -> None:
    """Before it is made: an embedded server need not survive the machine, and what is imported by now is here to stay."""
    gc.collect()
    gc.freeze()
    with connection._nodb_cursor() as cursor:
        if connection.settings_dict["EMBEDDED"]:
            for setting in NOT_FOR_TESTS:
                cursor.execute(f"ALTER SYSTEM SET {setting} = off")
            cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_copy()])
        if cursor.fetchone():
            connection.settings_dict["TEST"]["TEMPLATE"] = _copy()


def keep() -> None:
    """Once it is made: what is in it, and a copy of the whole for every process that comes later."""
    if connection.settings_dict["TEST"].get("TEMPLATE"):
        return
    with connection.cursor() as cursor:
        cursor.execute(KEEP)
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'migrated_%%' AND datname <> %s", [_copy()])
        for (outdated,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{outdated}"')
        try:
            cursor.execute(f'CREATE DATABASE "{_copy()}" TEMPLATE "{name}"')
        except ProgrammingError as error:  # two processes had begun together
            if "already exists" not in str(error):
                raise


def restore() -> None:
    """And no query is planned any more for the few rows, or the many, of the test before (tests/invariants.py)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT as_migrated.restore()")
        cursor.execute("DISCARD PLANS")


def _copy() -> str:
    """Named by every migration there is, so that one of other migrations is never taken for it."""
    folders = (Path(app.path, "migrations") for app in apps.get_app_configs())
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    words = KEEP.encode() + b"".join(str(file).encode() + file.read_bytes() for file in files)
    return f"migrated_{sha256(words).hexdigest()[:16]}"
