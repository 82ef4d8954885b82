from django.apps import AppConfig
from django.core import checks


class PortalConfig(AppConfig):
    name = "refunds_portal"

    def ready(self):
        from refunds_portal.checks import known_database

        checks.register(known_database, checks.Tags.database)
