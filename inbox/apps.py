from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        from accounts.administration.views import add_place
        from inbox.telling import tell
        from refunds.actions import changed

        changed.connect(tell, dispatch_uid="inbox")
        add_place("系统", "wording:wordings", "消息模板")
