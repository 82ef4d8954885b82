from django.apps import AppConfig


class HandoffConfig(AppConfig):
    name = "handoff"

    def ready(self) -> None:
        from handoff.outbox import create
        from refunds.actions import ready_for_handoff

        ready_for_handoff.connect(create, dispatch_uid="handoff")
