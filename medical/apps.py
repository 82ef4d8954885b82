from django.apps import AppConfig


class MedicalConfig(AppConfig):
    name = "medical"

    def ready(self):
        from accounts.administration.tables import KeptTable, keep
        from medical.models import RefundReason
        from medical.scheme import MEDICAL
        from refunds import schemes

        schemes.register(MEDICAL)
        keep(
            KeptTable(
                "refund-reasons",
                "原因和代码",
                "医保退费理由",
                RefundReason.objects.all,
                ("code", "label", "needs_words", "active", "position"),
                changed=("active", "position"),
                added=("code", "label", "needs_words", "position"),
            )
        )
