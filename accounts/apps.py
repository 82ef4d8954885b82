from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import sessions, sign_ins

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions.begin")
        user_logged_in.connect(sign_ins.note, dispatch_uid="accounts.sign_ins.note")
