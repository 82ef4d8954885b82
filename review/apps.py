from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from refunds.actions import changed
        from review.checks.noticing import note
        from review.queue.taking import let_go

        changed.connect(note, dispatch_uid="review")
        user_logged_out.connect(let_go, dispatch_uid="review")
