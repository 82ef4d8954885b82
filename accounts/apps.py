from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_save

        from accounts import sessions
        from accounts.feeds import deciding
        from accounts.models import User

        post_save.connect(deciding.on_account, sender=User, dispatch_uid="accounts.deciding")
        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions.begin")
