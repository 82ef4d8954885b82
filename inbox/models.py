"""消息: what applicants are told. A row is written in the transaction of the change that it tells of."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Person, Role, User

# Nobody reads a larger number; the badge says 99+ instead, and no page counts further.
MOST_COUNTED = 99


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages, as one may see them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A resident's own; of a clerk, those of her village or unit. Officers are told nothing here."""
        if user.is_authenticated and user.role == Role.RESIDENT:
            return self.filter(person_id=user.person_id)
        if user.is_authenticated and user.role == Role.CLERK:
            return self.filter(organisation_id=user.organisation_id)
        return self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def read(self) -> int:
        """Mark what is unread of them as read, and say how many that were."""
        return self.unread().update(read_at=timezone.now())

    def counted(self) -> str:
        """How many are unread: an empty string for none, `99+` beyond that. One query of at most a hundred rows."""
        count = self.unread()[: MOST_COUNTED + 1].count()
        return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


class Message(models.Model):
    """One change of one application, told to the person or the village it belongs to, in the words of that moment.

    A village's message is every clerk's of it: once one of them has read it, it is read.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    # The action, in the word of the history; and its row there, in the table of the scheme that the number belongs to.
    kind = models.CharField(max_length=30)
    number = models.CharField("申请单号", max_length=24)
    event = models.BigIntegerField()
    title = models.CharField(max_length=100)
    body = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    PERSONAL = {
        "person": "who is told",
        "title": "what happened to whose money",
        "body": "what it means for the applicant and what to do",
        "read_at": "what is still unread",
    }
    IMPERSONAL = "id organisation kind number event created_at"

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            # Never twice, whoever says it again: one row of history is one message.
            models.UniqueConstraint(fields=["number", "event"], name="one_message_per_change"),
            models.CheckConstraint(
                name="message_is_to_a_person_or_a_village",
                condition=Q(person__isnull=False, organisation=None) | Q(person=None, organisation__isnull=False),
            ),
        ]
        indexes = [
            models.Index("person", "id", name="message_of_person", condition=Q(person__isnull=False)),
            models.Index("organisation", "id", name="message_of_village", condition=Q(organisation__isnull=False)),
            # The count on every page reads nothing but these.
            models.Index("person", name="message_unread_person", condition=Q(read_at=None, person__isnull=False)),
            models.Index(
                "organisation", name="message_unread_village", condition=Q(read_at=None, organisation__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
