"""Who may know of which application: everything is fetched through the one who asks (design.md section 3)."""

from collections.abc import Collection
from typing import Any, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import Role, User
from refunds.states import Queue, states_in

Refund = TypeVar("Refund", bound=models.Model, covariant=True)


def area_of(officer: User) -> models.Q:
    """Which rows with an `office` an officer sees: a reviewer those of her own office and of the offices below that have no reviewer,
    all others also what is below."""
    assert officer.office is not None, "every officer has one"
    if officer.role == Role.REVIEWER:
        codes = officer.office.in_its_queues
        return models.Q(office_id__in=codes) if len(codes) > 1 else models.Q(office_id=officer.office_id)
    return models.Q(office__path__startswith=officer.office.path)


class RefundQuerySet(models.QuerySet[Refund]):
    """Applications, as one may see them."""

    def in_queue(self, queue: Queue) -> Self:
        """Those that stand in this queue."""
        if queue == Queue.DISPUTED:
            return self.exclude(disputed="")
        states = [models.Q(refund_status=refund, review_status=review) for refund, review in states_in(queue)]
        return self.filter(models.Q(*states, _connector=models.Q.OR), disputed="")

    def of_people(self, people: Collection[Any]) -> Self:
        """Those by which one of these people (by key) would be paid."""
        return self.filter(applicant__in=people)

    def drafts_of(self, user: User) -> Self:
        """The drafts that this taxpayer may go on with. Nobody else knows of them."""
        own = (
            models.Q(organisation_id=user.organisation_id)
            if user.role == Role.CLERK
            else models.Q(applicant_id=user.person_id)
        )
        return self.filter(own).in_queue(Queue.DRAFT)

    def numbered(self, number: str) -> Self:
        """The application of that number, for whoever proves something else about it (`refunds.inquiry`)."""
        return self.filter(number=number, submitted_at__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The applications this user may know of. What is not in here does not exist for them."""
        if not user.is_authenticated:
            return self.none()
        # A draft is no application yet: only the page that makes it knows of it.
        submitted = self.filter(submitted_at__isnull=False)
        if user.role == Role.RESIDENT:
            return submitted.filter(applicant_id=user.person_id)
        if user.role == Role.CLERK:
            return submitted.filter(organisation_id=user.organisation_id)
        return submitted.filter(area_of(user)) if user.is_officer else self.none()
