from django.apps import AppConfig


class BankReportsConfig(AppConfig):
    name = "bankreports"

    def ready(self) -> None:
        from accounts.own.record import asked
        from bankreports import record

        asked.connect(record.of_person, dispatch_uid="bankreports.record")
