from django.apps import AppConfig


class BankReportsConfig(AppConfig):
    name = "bankreports"
