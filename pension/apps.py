from django.apps import AppConfig


class PensionConfig(AppConfig):
    name = "pension"

    def ready(self):
        from pension.scheme import PENSION
        from refunds import schemes

        schemes.register(PENSION)
