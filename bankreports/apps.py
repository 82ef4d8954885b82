from django.apps import AppConfig


class BankReportsConfig(AppConfig):
    name = "bankreports"

    def ready(self):
        from accounts.administration.tables import KeptTable, keep
        from bankreports.models import Bank, Branch

        keep(
            KeptTable(
                "banks",
                "银行和网点",
                "银行行别",
                Bank.objects.all,
                ("code", "name", "short_name", "verified", "position"),
                changed=("verified", "position"),
                added=("code", "name", "short_name", "verified", "position"),
            ),
            KeptTable(
                "branches",
                "银行和网点",
                "开户银行",
                lambda: Branch.objects.select_related("bank_class", "division"),
                ("name", "bank_class", "division"),
                added=("name", "bank_class", "division"),
            ),
        )
        from accounts.own.record import asked
        from bankreports import record

        asked.connect(record.of_person, dispatch_uid="bankreports.record")
