"""What the newest answers of an agency about all handoffs of one application come to. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from handoff.deliveries import said
from handoff.following import TARGETS, payee_of
from handoff.models import Callback, Delivery, DeliveryStatus, Event, Inquiry
from handoff.store import instruction_of, of_application
from handoff.story import Contradiction, tell
from refunds.actions import STOPPED, Found
from refunds.models import RefundApplication
from refunds.states import RefundStatus

# Where an application stands when this is where the instruction that counts stands.
STATES: dict[str, RefundStatus] = {
    "unknown": RefundStatus.APPROVED,
    "received": RefundStatus.AGENCY_PROCESSING,
    Event.ACCEPTED: RefundStatus.PAYING,
    Event.PAID: RefundStatus.REFUNDED,
    Event.BOUNCED: RefundStatus.PAYMENT_FAILED,
    Event.REFUSED: RefundStatus.AGENCY_RETURNED,
    Event.CANCELLED: RefundStatus.AGENCY_RETURNED,
}
STANDINGS: dict[str, DeliveryStatus] = {
    **TARGETS,
    "unknown": DeliveryStatus.HELD,
    "received": DeliveryStatus.ACKNOWLEDGED,
}
# The agency may still pay it: what it does not know may be on its way, until it is told not to take it.
MAY_BE_PAID = ("received", Event.ACCEPTED, "unknown")


# What an agency says by letter, by instruction.
Letters = Mapping[str, Inquiry]
NO_LETTERS: Letters = {}


@dataclass(frozen=True)
class Word:
    """The newest answer about one handoff."""

    delivery: Delivery
    inquiry: Inquiry

    @property
    def may_be_paid(self) -> bool:
        return self.inquiry.state in MAY_BE_PAID

    @property
    def never_was_there(self) -> bool:
        """It does not know it and never said that it does. Who says so of what it has taken may find and pay it again."""
        about = {"instruction_id": self.delivery.instruction_id, "agency": self.delivery.agency}
        was_there = self.delivery.acknowledged_at or Callback.objects.filter(**about).exists()
        return self.inquiry.state == "unknown" and not was_there


@dataclass(frozen=True)
class Finding:
    """What the answers come to: the handoff that counts, all that were paid, and where the application belongs. `stays` where the
    decision was taken back, and nothing of what it handed off was paid."""

    counts: Word
    paid: list[Word]
    all: list[Word]
    attempts: int
    stays: RefundStatus | None = None

    @property
    def kept(self) -> frozenset[str]:
        """The tickets that are not returned."""
        return frozenset(self.counts.delivery.tickets.keys() - self.counts.inquiry.returned.keys())

    @property
    def to(self) -> RefundStatus:
        """Asked for by us it is 停付; cancelled of the agency's own accord it is returned like any other."""
        if self.stays:
            return self.stays
        return RefundStatus.TAX_RETURNED if self.is_stopped else STATES[self.counts.inquiry.state]

    @property
    def is_stopped(self) -> bool:
        return self.counts.inquiry.state == Event.CANCELLED and self.counts.delivery.stop_asked

    def found(self) -> Found:
        """The same for the application."""
        word, answer = self.counts, self.counts.inquiry
        if answer.state == Event.PAID:
            on, payee = said(answer).day, payee_of(word.delivery)
            return Found(self.to, on=on, attempt=word.delivery.attempt, attempts=self.attempts, payee=payee)
        if self.stays:
            return Found(self.stays)
        failed = self.to in (RefundStatus.PAYMENT_FAILED, RefundStatus.AGENCY_RETURNED)
        return Found(self.to, reason=answer.reason if failed else "", why=STOPPED if self.is_stopped else "")


def find(refund: RefundApplication, letters: Letters = NO_LETTERS) -> Finding:
    """What the newest answers about all handoffs come to, `letters` before what came by the wire. Raises Contradiction when they
    do not settle it."""
    handoffs = [one for one in of_application(refund.number or "") if one.is_sent]
    answers = {**newest_answers(handoffs), **letters}
    words = [Word(one, _understood(one, answers.get(one.instruction_id))) for one in handoffs]
    for word in words:
        _must_fit(word)
    paid = [word for word in words if word.inquiry.state == Event.PAID]
    counts = (paid or words)[-1]
    newest = max(one.attempt for one in of_application(refund.number or ""))
    if counts.delivery.attempt != newest and counts.may_be_paid:
        raise Contradiction(f"{counts.delivery.instruction_id} 还没有最后的结果，请过些时候再向对方核实")
    others = [word for word in words if word is not counts and word.may_be_paid and not word.never_was_there]
    if others:
        raise Contradiction(may_be_paid(others[-1]))
    was_taken_back = refund.attempt > newest  # 收回决定 counts one more, and nothing was handed off since
    if was_taken_back and counts.may_be_paid:
        raise Contradiction(may_be_paid(counts))
    stays = RefundStatus(refund.refund_status) if was_taken_back and not paid else None
    return Finding(counts=counts, paid=paid, all=words, attempts=newest, stays=stays)


def may_be_paid(word: Word) -> str:
    """What has to be done before it is clear."""
    return f"{word.delivery.instruction_id} 也还可能退付，请先对它请求停付，再向对方核实"


def newest_answers(handoffs: Iterable[Delivery]) -> dict[str, Inquiry]:
    """What the agency said when it was last asked, by instruction. A letter that nobody has confirmed says nothing yet."""
    named = [one.instruction_id for one in handoffs]
    answers = Inquiry.objects.filter(instruction_id__in=named).exclude(~Q(letter=""), confirmed_by=None)
    return {one.instruction_id: one for one in answers.order_by("id")}


def _understood(delivery: Delivery, answer: Inquiry | None) -> Inquiry:
    if answer is None or not answer.state:
        raise Contradiction(f"{delivery.instruction_id} 没有得到答复{'：' + answer.answer if answer else ''}")
    return answer


def _must_fit(word: Word) -> None:
    # Stopped before it came, so the agency knows of no amount.
    never_came = word.inquiry.state == Event.CANCELLED and not word.inquiry.sequence
    if word.inquiry.state in Event.values and not never_came:
        tell(instruction_of(word.delivery), [said(word.inquiry)])
