from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        from inbox.telling import tell
        from refunds.actions import changed

        changed.connect(tell, dispatch_uid="inbox")
