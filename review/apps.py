from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from accounts.records.renaming import renamed
        from refunds.actions import changed, record_changed
        from review.checks import noticing
        from review.queue.taking import let_go

        changed.connect(noticing.note, dispatch_uid="review")
        record_changed.connect(noticing.look, dispatch_uid="review")
        renamed.connect(noticing.renamed, dispatch_uid="review")
        user_logged_out.connect(let_go, dispatch_uid="review")
