"""Batches in the states a test needs."""

import uuid

from bankreports.models import Bank
from pension.codes import AccountType
from pension.village import batches, drafts

ACCOUNT = "6228480402564890018"


def village_account(collective) -> dict:
    """What a valid form of 退费维护区 gives."""
    return {
        "account_type": AccountType.CARD,
        "account_number": ACCOUNT,
        "account_name": collective.organisation.name,
        "bank": Bank.objects.get(code="103"),
        "contact_name": "王会计",
        "contact_phone": "13900000009",
    }


def seen(collective) -> str:
    """What the check page would carry, with the account of `village_account`."""
    return batches.fingerprint(drafts.of_payment(collective), village_account(collective))


def submit_batch(collective, clerk, *, people=None):
    """A submitted batch of the first `people` members (all by default)."""
    free = drafts.candidates(collective, drafts.of_payment(collective))
    payments = list(free.values_list("pk", flat=True)[:people]) if people else None
    drafts.add(collective, by=clerk, payments=payments)
    account = village_account(collective)
    return batches.submit(collective, account=account, by=clerk, key=uuid.uuid4(), seen=seen(collective))
