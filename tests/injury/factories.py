"""Payments and refunds of 工伤."""

import uuid
from datetime import date
from decimal import Decimal

import factory

from bankreports.models import Bank
from refunds import actions
from tests.accounts.factories import OfficeFactory, PersonFactory
from tests.injury.models import InjuryPayment, InjuryRefund

ACCOUNT = "6228480402564890018"  # a Luhn-correct test number, nobody's


class PaymentFactory(factory.django.DjangoModelFactory):
    """A payment of 2024, 120 元."""

    class Meta:
        model = InjuryPayment

    ticket_number = factory.Sequence(lambda n: f"G{n:012d}")
    person = factory.SubFactory(PersonFactory)
    year = 2024
    amount = Decimal("120.00")
    period_start = date(2024, 1, 1)
    period_end = date(2024, 12, 31)
    paid_on = date(2024, 3, 6)
    channel = "楚税通"
    office = factory.SubFactory(OfficeFactory)


def submitted(user, *, number: str = ACCOUNT, phone: str = "13900000000", **payment) -> InjuryRefund:
    """A 待审核 application of the user for a payment of her own."""
    paid = PaymentFactory(person=user.person, **payment)
    refund = InjuryRefund(applicant=user.person, office=paid.office, amount=paid.amount, payment=paid, year=paid.year)
    bank = Bank.objects.get(code="103")
    refund.set_account(
        {"account_number": number, "account_name": user.person.name, "bank": bank, "contact_phone": phone}
    )
    return actions.submit(refund, by=user, key=uuid.uuid4())


def typed(payment, **changes) -> dict:
    """What a resident sends from the form."""
    usual = {"account_number": ACCOUNT, "bank": "103", "contact_phone": "13900000001"}
    return {"payment": payment.pk, "key": str(uuid.uuid4()), "step": "fill"} | usual | changes
