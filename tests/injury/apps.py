from django.apps import AppConfig


class InjuryConfig(AppConfig):
    name = "tests.injury"

    def ready(self):
        from refunds import schemes
        from tests.injury.scheme import INJURY

        schemes.register(INJURY)
