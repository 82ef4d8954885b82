"""Whose people, villages and applications an officer may find: those of the own office (and of those below that it decides for), or
of it and all offices beneath."""

from django.db.models import Exists, OuterRef, Q

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


def belongs(user) -> Q:
    """The condition that a payment or an application of a person belongs to the area."""
    traces = []
    for scheme in schemes.every():
        traces.append(payments(user, scheme).filter(**{scheme.payer: OuterRef("pk")}))
        traces.append(scheme.model.objects.visible_to(user).filter(applicant=OuterRef("pk")))
    return Q(*(Exists(rows.order_by()) for rows in traces), _connector=Q.OR)


def villages(user):
    """The villages and units of the area."""
    return Organisation.objects.filter(within(user))
