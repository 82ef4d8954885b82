from django.apps import AppConfig
from django.core import checks


class PortalConfig(AppConfig):
    name = "refunds_portal"

    def ready(self):
        from accounts.administration.hands import stands
        from accounts.administration.views import add_place
        from refunds_portal.checks import known_database, sms_is_meant
        from refunds_portal.standing import of_the_portal

        checks.register(known_database, checks.Tags.database)
        checks.register(sms_is_meant, checks.Tags.security, deploy=True)
        add_place("系统", "manual", "操作手册")
        stands.connect(of_the_portal, dispatch_uid="refunds_portal")
