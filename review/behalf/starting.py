"""Who came to the counter, and what may be started for her: every scheme says it of its own payments."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from accounts.identity import IdType, id_index
from accounts.models import Person
from refunds import applying, schemes
from refunds.application import Payment
from refunds.said import MOST_STARTABLE, Startable
from refunds.schemes import Scheme
from review.queue import queues


@dataclass(frozen=True)
class Offer:
    """A payment of a scheme; `key` names it in a form."""

    scheme: Scheme
    startable: Startable

    @property
    def key(self) -> str:
        return f"{self.scheme.code}:{self.payment.pk}"

    @property
    def payment(self) -> Payment:
        return self.startable.payment


@dataclass(frozen=True)
class Counter:
    """A person with what she has paid in the area of an officer. One query per scheme, or a few."""

    person: Person
    offers: list[Offer]
    refused: list[str]
    cut: list[str]  # names of the schemes of which only the newest payments are listed
    most: ClassVar = MOST_STARTABLE

    @classmethod
    def of(cls, person: Person | None, *, by) -> "Counter | None":
        """None for nobody, and for somebody of whom this officer's area has no payment: the two look the same."""
        if person is None:
            return None
        every = {scheme: scheme.startable(person, by=by) for scheme in schemes.every()}
        cut = [scheme.short for scheme, listed in every.items() if len(listed) > MOST_STARTABLE]
        found = [Offer(scheme, one) for scheme, listed in every.items() for one in listed[:MOST_STARTABLE]]
        offers = [offer for offer in found if not offer.startable.why_not]
        refused = [offer.startable.why_not for offer in found if offer.startable.why_not]
        return cls(person, offers, refused, cut) if found else None

    def scheme_of(self, key: str) -> Scheme | None:
        """Whose form is to be filled in, also when the payment itself is gone meanwhile: what was typed is good for another."""
        offer = self.chosen(key)
        known = {one.scheme.code: one.scheme for one in self.offers}
        return offer.scheme if offer else known.get(key.partition(":")[0])

    def chosen(self, key: str) -> Offer | None:
        """What was chosen; without a choice the only one there is."""
        alone = self.offers[0] if len(self.offers) == 1 else None
        return next((offer for offer in self.offers if offer.key == key), None if key else alone)


def find(number: str, *, by) -> list[Counter]:
    """Whoever has this whole 证件号码, if the officer's area knows of her: one at most."""
    indexes = [id_index(id_type, number) for id_type in IdType]
    found = Counter.of(Person.objects.filter(id_index__in=indexes).first(), by=by)
    return [found] if found else []


def counter(person: uuid.UUID, *, by) -> Counter | None:
    """The same, by the key that stands in an address."""
    return Counter.of(Person.objects.filter(pk=person).first(), by=by)


def applications_of(person: Person, *, by) -> list:
    """Her newest applications of every scheme, as far as this officer sees them. One query per scheme."""
    found = []
    for rows in queues.waiting(by, None):
        found += rows.filter(applicant=person).order_by("-submitted_at", "-id")[: queues.OTHERS]
    return sorted(found, key=lambda refund: refund.submitted_at, reverse=True)[: queues.OTHERS]


def made_with(key: uuid.UUID, *, by):
    """What an earlier press of the same form has made, or None."""
    found = (refunds for scheme in schemes.every() if (refunds := applying.submitted_with(scheme.model, key, by=by)))
    return next((refunds[0] for refunds in found), None)


def submit(offer: Offer, said: dict, *, evidence: str, by, key: uuid.UUID):
    """Submit it once, however often it is pressed. Raises RefundError."""

    def make(payment):
        refund = offer.scheme.started(payment, said)
        refund.evidence = evidence
        return refund

    (refund,) = applying.apply_once(offer.scheme.model, [offer.payment], make=make, by=by, key=key)
    return refund
