"""Whose people, villages and applications an officer may find: those of the own office (and of those below that it decides for), or
of it and all offices beneath."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from accounts.models import Organisation, Role
from refunds import schemes


def within(user, office: str = "office") -> Q:
    """The condition that `office`, the way to an office, leads into the officer's area."""
    if user.role == Role.REVIEWER:
        return Q(**{f"{office}_id__in": user.office.in_its_queues})
    return Q(**{f"{office}__path__startswith": user.office.path})


def words(user) -> str:
    """The area as a sentence names it."""
    return user.office.name if user.role == Role.REVIEWER else f"{user.office.name}和下级机关"


def payments(user, scheme):
    """The payments of a scheme that the area decides about."""
    return scheme.ledger.objects.filter(within(user))


def people(user, among: Collection[UUID]) -> set[UUID]:
    """Those of `among` of whom a payment or an application belongs to the area. One query, into indexes by person."""
    traces = []
    for scheme in schemes.every():
        paid = payments(user, scheme).filter(**{f"{scheme.payer}__in": among})
        applied = scheme.model.objects.visible_to(user).filter(applicant__in=among)
        traces += [paid.order_by().values_list(scheme.payer), applied.order_by().values_list("applicant")]
    first, *others = traces
    return {person for (person,) in first.union(*others)} if among else set()


def villages(user):
    """The villages and units of the area."""
    return Organisation.objects.filter(within(user))
