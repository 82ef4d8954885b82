"""Enrolments, payments and refunds of the medical insurance, with traits named as situations."""

import uuid
from datetime import date
from decimal import Decimal

import factory

from bankreports import register
from bankreports.codes import Operation
from medical import applications
from medical.models import Enrolment, MedicalRefund, Payment, RefundReason
from tests.accounts.factories import OfficeFactory, PersonFactory
from tests.bankreports.factories import ACCOUNT, reported


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """A 参保登记 at 华容区."""

    class Meta:
        model = Enrolment

    person = factory.SubFactory(PersonFactory)
    agency_code = "420703"
    agency_name = "华容区医疗保障局(城乡医疗)"
    social_number = factory.Sequence(lambda n: f"M{n:010d}")


class PaymentFactory(factory.django.DjangoModelFactory):
    """A payment of 2024, 380 元, without 长护."""

    class Meta:
        model = Payment

    class Params:
        with_care = factory.Trait(care_amount=Decimal("15.00"))

    ticket_number = factory.Sequence(lambda n: f"M{n:012d}")
    enrolment = factory.SubFactory(EnrolmentFactory)
    office = factory.SubFactory(OfficeFactory)
    year = 2024
    item_name = "城乡居民基本医疗保险费"
    medical_amount = Decimal("380.00")
    care_amount = None
    period_start = factory.LazyAttribute(lambda o: date(o.year, 1, 1))
    period_end = factory.LazyAttribute(lambda o: date(o.year, 12, 31))
    paid_on = factory.LazyAttribute(lambda o: date(o.year - 1, 9, 6))
    channel = "楚税通"


def account_of(user, number: str = ACCOUNT) -> dict:
    """What `MedicalRefund.set_account` takes: the user's reported account with that number, reported if need be."""
    known = [record for record in register.usable(user.person) if record.account_number.reveal("in a test") == number]
    return {"record": known[0] if known else reported(user, number), "contact_phone": "13900000001"}


def submitted(user, *, number: str = ACCOUNT, reason: str = "duplicate", words: str = "", **payment) -> MedicalRefund:
    """A 待审核 application of the user for a payment of her own."""
    if "enrolment" not in payment:
        payment["enrolment"] = EnrolmentFactory(person=user.person)
    paid = PaymentFactory(**payment)
    paid.refresh_from_db()  # amounts may have been given as text
    return applied(user, paid, number=number, reason=reason, words=words)


def applied(user, paid: Payment, *, number: str = ACCOUNT, reason="duplicate", words="", key=None) -> MedicalRefund:
    """A 待审核 application of the user for this payment."""
    said = {"reason": RefundReason.objects.get(code=reason), "words": words}
    account = account_of(user, number)
    (refund,) = applications.apply([paid], account=account, **said, by=user, key=key or uuid.uuid4())
    return refund


def changed(user, record, number: str = ACCOUNT, **changes):
    """变更 of a reported account, submitted: what is in force now."""
    changes |= {"operation": Operation.CHANGE, "account": record.account, "changed_on": date(2026, 2, 1)}
    return reported(user, number, **changes)


def closed(user, record) -> None:
    """注销 of a reported account, submitted."""
    number = record.account_number.reveal("in a test")
    reported(user, number, operation=Operation.CLOSE, account=record.account, closed_on=date(2026, 2, 1))


def typed(*payments: Payment, account=None, **changes) -> dict:
    """What a resident sends from 退费信息, for a reported account."""
    usual = {
        "payment": [payment.pk for payment in payments],
        "key": str(uuid.uuid4()),
        "step": "fill",
        "account": account.pk if account else "",
        "contact_phone": "13900000001",
        "reason": "duplicate",
        "words": "",
    }
    return usual | changes
