from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions.begin")
