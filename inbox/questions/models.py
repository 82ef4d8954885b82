"""One question of a taxpayer, and what a tax office answered."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation, Person, Role, TaxOffice, User


class Topic(models.TextChoices):
    """What it is about."""

    RECORDS = "records", "缴费记录"
    REVIEW = "review", "退费审核"
    ACCOUNT = "account", "收款账户"
    ARRIVAL = "arrival", "是否到账"
    OTHER = "other", "其他"


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions, as one may see them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A resident's own; of a clerk, those of her village or unit; of an officer, those of her office."""
        if not user.is_authenticated:
            return self.none()
        if user.role == Role.RESIDENT:
            return self.filter(person_id=user.person_id)
        if user.role == Role.CLERK:
            return self.filter(organisation_id=user.organisation_id)
        return self._of_office(user)

    def _of_office(self, user: User) -> Self:
        """Of a reviewer, those of the offices that she decides for; of others, those beneath their office."""
        if user.office is None or not user.is_officer:
            return self.none()
        if user.role == Role.REVIEWER:
            return self.filter(office_id__in=user.office.in_its_queues)
        return self.filter(office__path__startswith=user.office.path)

    def waiting(self) -> Self:
        return self.filter(answered_at=None)


class Question(models.Model):
    """咨询. Asked of one tax office, which answers within `QUESTION_WORKING_DAYS`; asked once and answered once."""

    number = models.CharField("咨询编号", max_length=24, unique=True)
    # Of the press that sent it: pressing twice asks once.
    key = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="咨询人")
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+", verbose_name="受理税务机关", db_index=False)
    topic = models.CharField("咨询什么", max_length=10, choices=Topic)
    # An application of whoever asks, or empty.
    about = models.CharField("申请单号", max_length=24, blank=True)
    text = models.CharField("问题", max_length=500)
    asked_at = models.DateTimeField("咨询时间", auto_now_add=True)
    due_on = models.DateField("答复期限")
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")

    PERSONAL = {
        "person": "who asks",
        "asked_by": "who asks, of a village",
        "text": "what is to be answered",
        "answer": "what she asked about",
        "answered_by": "who is answerable",
    }
    IMPERSONAL = "id number key organisation office topic about asked_at due_on answered_at"

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="question_is_of_a_person_or_a_village",
                condition=Q(person__isnull=False, organisation=None) | Q(person=None, organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answer_is_somebodys",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index("person", "id", name="question_of_person", condition=Q(person__isnull=False)),
            models.Index("organisation", "id", name="question_of_village", condition=Q(organisation__isnull=False)),
            models.Index(fields=["office", "due_on", "id"], name="question_waiting", condition=Q(answered_at=None)),
            models.Index(fields=["office", "-id"], name="question_of_office"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("questions:one", args=[self.number])
