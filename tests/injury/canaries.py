"""A canary's application, and the pages that ask for its numbers."""

from decimal import Decimal

from tests.injury.factories import submitted


def apply(bird, office, amount="300.00"):
    return submitted(bird.user, office=office, amount=Decimal(amount), number=bird.account, phone=bird.contact_phone)


def pages(refund) -> list[str]:
    return [f"/injury/apply/?payment={refund.payment_id}", f"/injury/?payment={refund.payment_id}"]
