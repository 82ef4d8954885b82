"""Who lives in a world, and what was paid before it begins. Made once for many worlds: each is undone when it ends."""

from dataclasses import dataclass

from pension.models import CollectivePayment
from tests.conftest import Cast, make_cast
from tests.medical import factories as medical
from tests.pension.factories import CollectivePaymentFactory, PaymentFactory


@dataclass
class Province:
    """`collective` is what the village paid."""

    cast: Cast
    collective: CollectivePayment


def make_province() -> Province:
    """A resident with payments of both schemes, one above the countersign limit, and a village with four members."""
    cast = make_cast()
    person = cast.resident.person
    for amount in ("100.01", "200.20", "10000.01"):
        PaymentFactory(person=person, office=cast.county, amount=amount)
    for year, amount in ((2023, "350.00"), (2024, "380.00")):
        enrolment = medical.EnrolmentFactory(person=person)
        medical.PaymentFactory(enrolment=enrolment, office=cast.county, year=year, medical_amount=amount)
    medical.account_of(cast.resident)
    collective = CollectivePaymentFactory(organisation=cast.clerk.organisation)
    for amount in ("100.01", "200.20", "400.00", "9800.37"):
        PaymentFactory(of_village=True, collective=collective, office=cast.county, amount=amount)
    return Province(cast, collective)
