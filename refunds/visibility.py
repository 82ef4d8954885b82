"""Who may know of which application: everything is fetched through the one who asks (design.md section 3)."""

from django.db import models

from accounts.models import Role
from refunds.states import Queue, states_in


class RefundQuerySet(models.QuerySet):
    """Applications, as one may see them."""

    def in_queue(self, queue: Queue):
        """Those whose move it is there."""
        states = [models.Q(refund_status=refund, review_status=review) for refund, review in states_in(queue)]
        return self.filter(models.Q(*states, _connector=models.Q.OR))

    def drafts_of(self, user):
        """The drafts that this taxpayer may go on with. Nobody else knows of them."""
        own = {"organisation_id": user.organisation_id} if user.role == Role.CLERK else {"applicant_id": user.person_id}
        return self.filter(**own).in_queue(Queue.DRAFT)

    def visible_to(self, user):
        """The applications this user may know of. What is not in here does not exist for them."""
        if not user.is_authenticated:
            return self.none()
        # A draft is no application yet: only the page that makes it knows of it.
        submitted = self.filter(submitted_at__isnull=False)
        if user.role == Role.RESIDENT:
            return submitted.filter(applicant_id=user.person_id)
        if user.role == Role.CLERK:
            return submitted.filter(organisation_id=user.organisation_id)
        if user.role == Role.REVIEWER:
            return submitted.filter(office_id=user.office_id)
        return submitted.filter(office__path__startswith=user.office.path)
