"""The database engine of settings.DATABASES: Django's PostgreSQL backend, over a server that may be our own."""
