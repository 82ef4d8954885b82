"""A person, her payment out of a file, and her application for it."""

from accounts.models import Person, Role, User
from handoff.models import WorkItem
from pension.feeds import PaymentFeed
from pension.models import Payment
from tests.accounts.factories import PASSWORD, UserFactory
from tests.feeds import data
from tests.pension.factories import submitted

N = 25_007  # a personal payment that did not arrive; of nobody whom a factory makes
ALL = (*PaymentFeed.columns, *PaymentFeed.optional)


def row(**changes):
    return data.payment(N, 到账状态="未到账", 缴费金额="500.00", **changes)


def payment(n: int = N) -> Payment:
    return Payment.objects.get(ticket_number=data.payment(n)["票证号码"])


def account_of(person: Person) -> User:
    known = User.objects.filter(person=person, role=Role.RESIDENT).first()
    return known or UserFactory(resident=True, person=person, password=PASSWORD)


def applied(paid: Payment):
    """Her application, 待审核."""
    return submitted(account_of(paid.person), paid)


def fresh(refund):
    return type(refund).objects.get(pk=refund.pk)


def correct(load, **changes):
    return load({**row(), **changes})


def item() -> WorkItem:
    return WorkItem.objects.get(kind="corrected", closed_at=None)
