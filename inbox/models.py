"""消息: what applicants are told. A row is written in the transaction of the change that it tells of."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Person, Role, User
from inbox.kinds import BADGES, OF_DRAFTS, Segment
from inbox.questions.models import Question as Question  # Django finds models here
from inbox.ratings.models import Rating as Rating
from inbox.ratings.models import RatingCount as RatingCount
from inbox.sms.models import Sms as Sms
from inbox.wording.models import Wording as Wording

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

    def counted(self) -> Counter[str]:
        """How many are unread in each segment. One query of at most a hundred rows, and none is counted beyond them."""
        return Counter(self.unread().values_list("segment", flat=True)[: MOST_COUNTED + 1])

    def take_back(self, numbers: Sequence[str], kinds: Collection[str]) -> None:
        """What these have said of these applications has been taken back since: it stays, and says so."""
        said = self.filter(number__in=numbers, kind__in=kinds, taken_back_at=None)
        said.update(taken_back_at=timezone.now(), segment=Segment.PROGRESS)


def shown(count: int) -> str:
    """A number of unread messages: an empty string for none, `99+` beyond what is counted."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


class Message(models.Model):
    """One change of one application, told to the person or the village it belongs to, in the words of that moment; or the answer
    to a question. What was taken back later is marked and stays.

    A village's message is every clerk's of it: once one of them has read it, it is read.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    # The action, in the word of the history; and its row there, in the table of the scheme that the number belongs to.
    kind = models.CharField(max_length=30)
    number = models.CharField("申请单号", max_length=24)
    event = models.BigIntegerField()
    segment = models.CharField(max_length=10, choices=Segment, default=Segment.PROGRESS)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=1000)
    # What its SMS says, without a name, an amount or a whole number; empty where none is sent.
    sms = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    PERSONAL = {
        "person": "who is told",
        "title": "what happened to whose money",
        "body": "what it means for the applicant and what to do",
        "sms": "that there is news, on her phone",
        "read_at": "what is still unread",
    }
    IMPERSONAL = "id organisation kind number event segment created_at taken_back_at"

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

    @property
    def target(self) -> str:
        """The address of what it is about; drafts stand in 我的待办."""
        if self.kind in OF_DRAFTS:
            return reverse("home")
        return reverse("questions:one" if self.segment == Segment.ANSWER else "refunds:detail", args=[self.number])

    @property
    def numbered(self) -> str:
        """What its number is called; empty where it is about nothing that has one."""
        if self.kind in OF_DRAFTS:
            return ""
        return "咨询编号" if self.segment == Segment.ANSWER else "申请单号"

    @property
    def badge(self) -> tuple[str, str]:
        """(word, tone)."""
        if self.taken_back_at:
            return "已撤回", "idle"
        return (
            ("要您处理", "returned")
            if self.segment == Segment.TO_DO
            else BADGES.get(self.kind, ("正在办理", "waiting"))
        )
