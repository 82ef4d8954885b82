"""Payments and refunds, with traits named as situations."""

import uuid
from datetime import date
from decimal import Decimal

import factory

from bankreports.models import Bank
from pension import applications
from pension.codes import AccountType
from pension.models import ArrivalStatus, CollectivePayment, Payment, PaymentType
from tests.accounts.factories import OfficeFactory, OrganisationFactory, PersonFactory

ACCOUNT = "6228480402564890018"  # a Luhn-correct test number, nobody's


class CollectivePaymentFactory(factory.django.DjangoModelFactory):
    """村集体补助 of 2022-01, as in the manual's example."""

    class Meta:
        model = CollectivePayment

    organisation = factory.SubFactory(OrganisationFactory)
    payment_type = PaymentType.COLLECTIVE
    year = 2022
    month = 1
    period_start = date(2022, 1, 1)
    period_end = date(2022, 12, 31)


class PaymentFactory(factory.django.DjangoModelFactory):
    """A personal payment of 2019 that did not arrive."""

    class Meta:
        model = Payment

    class Params:
        arrived = factory.Trait(arrival_status=ArrivalStatus.ARRIVED)
        abnormal = factory.Trait(arrival_status=ArrivalStatus.ABNORMAL)
        of_village = factory.Trait(
            collective=factory.SubFactory(CollectivePaymentFactory),
            organisation=factory.SelfAttribute("collective.organisation"),
            payment_type=factory.SelfAttribute("collective.payment_type"),
            year=2022,
            month=1,
            amount=Decimal("200.00"),
            channel="电子税务局",
        )

    ticket_number = factory.Sequence(lambda n: f"T{n:012d}")
    person = factory.SubFactory(PersonFactory)
    office = factory.SubFactory(OfficeFactory)
    personal_number = factory.Sequence(lambda n: f"P{n:08d}")
    payment_type = PaymentType.PERSONAL
    year = 2019
    month = 9
    amount = Decimal("1000.00")
    period_start = factory.LazyAttribute(lambda o: date(o.year, 1, 1))
    period_end = factory.LazyAttribute(lambda o: date(o.year, 12, 31))
    paid_on = factory.LazyAttribute(lambda o: date(o.year, 9, 6))
    channel = "楚税通"
    arrival_status = ArrivalStatus.NOT_ARRIVED


def account_of(person, number=ACCOUNT) -> dict:
    """What a valid account form gives."""
    return {
        "account_type": AccountType.CARD,
        "account_number": number,
        "account_name": person.name,
        "bank": Bank.objects.get(code="103"),
        "contact_name": person.name,
        "contact_phone": "13900000000",
    }


def submitted(user, payment=None, *, number=ACCOUNT, **of_payment):
    """A fresh application of `user`, 待审核."""
    payment = payment or PaymentFactory(person=user.person, **of_payment)
    return applied(user, payment, account_of(user.person, number))


def applied(user, payment, account: dict):
    """A 待审核 application of the user for this payment, to an account as a valid form gives it."""
    return applications.apply([payment], account=account, by=user, key=uuid.uuid4())[0]


def applied_again(user, refund):
    """Another application of hers for the payment of an earlier one."""
    return submitted(user, refund.lines.get().payment)
