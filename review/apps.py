from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from refunds.actions import changed
        from review.checks.noticing import note

        changed.connect(note, dispatch_uid="review")
