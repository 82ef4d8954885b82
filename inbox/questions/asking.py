"""A question is asked once, and answered once; whoever asked is told."""

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, TaxOffice, User
from inbox import sentences
from inbox.kinds import segment_of
from inbox.models import Message
from inbox.questions.models import Question
from inbox.sms import outbox
from inbox.wording.placeholders import Facts
from refunds import schemes
from refunds.numbering import next_number
from refunds.parameters import calendar

PREFIX = "ZX"
# So many of one person or village may wait at a time: more would be answered no sooner.
MOST_WAITING = 10
# Of a person's applications, the newest.
NEWEST = 20


class CannotBeDone(Exception):
    """Why nothing was done, as a sentence for the page."""


def ask(*, by: User, office: TaxOffice, topic: str, about: str, text: str, key: UUID) -> Question:
    """Ask an office. The same `key` again is the same question. Raises CannotBeDone."""
    known = Question.objects.visible_to(by).filter(key=key).first()
    if known:
        return known
    if Question.objects.visible_to(by).waiting()[:MOST_WAITING].count() == MOST_WAITING:
        raise CannotBeDone(f"您已有 {MOST_WAITING} 个问题在等答复。请等答复后再问，急的请拨打 12366。")
    question = Question(key=key, asked_by=by, office=office, topic=topic, about=about, text=text)
    question.due_on = calendar.after(timezone.localdate(), settings.QUESTION_WORKING_DAYS)
    if by.role == Role.CLERK:
        question.organisation = by.organisation
    else:
        question.person = by.person
    try:
        with transaction.atomic():
            question.number = next_number(PREFIX)
            question.save(force_insert=True)
            return question
    except IntegrityError:
        return Question.objects.visible_to(by).get(key=key)  # two presses at once


@transaction.atomic
def answer(number: str, text: str, *, by: User) -> Question:
    """答复: whoever asked reads it in the portal and is told by a message. Raises CannotBeDone, Question.DoesNotExist."""
    question = Question.objects.visible_to(by).select_for_update(of=("self",)).get(number=number)
    if question.answered_by is not None:
        raise CannotBeDone(f"{question.answered_by.display_name}已经答复了这个问题。您写的没有发出，仍在下面。")
    if question.asked_by.person_id == by.person_id:
        raise CannotBeDone("这是您自己的问题，须由另一位税务人员答复。")
    question.answer, question.answered_by, question.answered_at = text, by, timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell(question)
    return question


def _tell(question: Question) -> None:
    said = sentences.of("answer", Facts(question=question))
    Message.objects.create(
        person_id=question.person_id,
        organisation_id=question.organisation_id,
        kind=said.kind,
        number=question.number,
        event=question.pk,
        segment=segment_of(said.kind),
        title=said.title,
        body=said.body,
        sms=said.sms,
    )
    if said.sms:
        outbox.add([question.number], said.kind)


def own_applications(user: User) -> list[tuple[str, str]]:
    """(number, words) of her newest applications, to say what a question is about."""
    found = [
        refund
        for scheme in schemes.every()
        for refund in scheme.model.objects.visible_to(user).order_by("-submitted_at", "-id")[:NEWEST]
    ]
    newest = sorted(found, key=lambda refund: refund.submitted_at, reverse=True)[:NEWEST]
    return [(refund.number, f"{refund.number}（{refund.scheme.label} {refund.amount:,.2f} 元）") for refund in newest]


def usual_office(user: User) -> TaxOffice | None:
    """Where her question belongs most likely: that of her village, or of her newest application."""
    if user.organisation is not None:
        return user.organisation.office
    found = [
        refund
        for scheme in schemes.every()
        for refund in scheme.model.objects.visible_to(user)
        .select_related("office")
        .order_by("-submitted_at", "-id")[:1]
    ]
    return max(found, key=lambda refund: refund.submitted_at).office if found else None
