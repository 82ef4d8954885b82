from django.apps import AppConfig, apps
from django.core import checks
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "refunds_portal"

    def ready(self):
        from accounts.administration.hands import stands
        from accounts.administration.views import add_place
        from refunds_portal.checks import known_database, sms_is_meant
        from refunds_portal.production.closing import close_history
        from refunds_portal.standing import of_the_portal

        # The signal comes once for each app that has tables; of those this one is migrated last.
        post_migrate.connect(close_history, sender=apps.get_app_config("review"), dispatch_uid="refunds_portal")
        checks.register(known_database, checks.Tags.database)
        checks.register(sms_is_meant, checks.Tags.security, deploy=True)
        add_place("系统", "manual", "操作手册")
        stands.connect(of_the_portal, dispatch_uid="refunds_portal")
