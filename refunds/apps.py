from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "refunds"

    def ready(self) -> None:
        from accounts.feeds.offices import moved
        from refunds.tallies import areas

        moved.connect(areas.anew, dispatch_uid="refunds.tallies.areas")
