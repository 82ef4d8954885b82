"""A canary's pension application, and the pages that ask for its numbers."""

from tests.pension.factories import PaymentFactory, account_of, applied


def apply(bird, office, amount="300.00"):
    payment = PaymentFactory(person=bird.user.person, office=office, amount=amount)
    account = account_of(bird.user.person, bird.account) | {"contact_phone": bird.contact_phone}
    return applied(bird.user, payment, account)


def pages(refund) -> list[str]:
    payment = refund.lines.get().payment_id
    return [f"/pension/{verb}/?payment={payment}" for verb in ("apply", "withdraw")]
