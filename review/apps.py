from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from review.queue.taking import let_go

        user_logged_out.connect(let_go, dispatch_uid="review")
