"""Other processes of a test work on its own database."""

from django.db import connection


def database_url() -> str:
    """The test's database, as another process is told."""
    database = connection.get_connection_params()
    return f"postgresql://{database.get('user', 'postgres')}@/{database['dbname']}?host={database['host']}"
