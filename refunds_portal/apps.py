from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "refunds_portal"
