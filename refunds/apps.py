from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "refunds"

    def ready(self) -> None:
        from accounts.feeds.deciding import deciding_changed
        from accounts.feeds.organisations import organisations_moved
        from refunds.actions.moving import change_deciders, move_organisations

        deciding_changed.connect(change_deciders, dispatch_uid="refunds")
        organisations_moved.connect(move_organisations, dispatch_uid="refunds")
