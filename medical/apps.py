from django.apps import AppConfig


class MedicalConfig(AppConfig):
    name = "medical"

    def ready(self):
        from medical.scheme import MEDICAL
        from refunds import schemes

        schemes.register(MEDICAL)
