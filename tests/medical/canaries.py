"""A canary's medical application, to the account in her report, and the pages that ask for its numbers."""

from decimal import Decimal

from tests.medical.factories import submitted


def apply(bird, office, amount="300.00"):
    return submitted(bird.user, office=office, number=bird.reported, medical_amount=Decimal(amount))


def pages(refund) -> list[str]:
    payment = refund.payment
    return [f"/medical/apply/?payment={payment.pk}", f"/medical/?year={payment.year}&payment={payment.pk}"]
