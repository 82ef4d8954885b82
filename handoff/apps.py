from django.apps import AppConfig


class HandoffConfig(AppConfig):
    name = "handoff"

    def ready(self) -> None:
        from accounts.administration.views import add_place
        from handoff.corrections import look
        from handoff.outbox import call_back, create
        from handoff.settling import unfreeze
        from handoff.settling.short import shortfalls
        from refunds.actions import handoff_called_back, lifted, ready_for_handoff, record_changed
        from refunds.way.short import asked

        ready_for_handoff.connect(create, dispatch_uid="handoff")
        handoff_called_back.connect(call_back, dispatch_uid="handoff")
        record_changed.connect(look, dispatch_uid="handoff")
        lifted.connect(unfreeze, dispatch_uid="handoff")
        asked.connect(shortfalls, dispatch_uid="handoff")
        add_place("系统", "running:items", "移交事项")
        add_place("系统", "running:jobs", "作业")
