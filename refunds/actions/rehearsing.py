"""What a decision would come to, for those who want to read it before: nothing is stored and nobody is told."""

from copy import copy

from django.utils import timezone

from accounts.models import User
from refunds.models import RefundApplication


def as_passed(refund: RefundApplication, *, by: User) -> RefundApplication:
    """A copy of an application that waits for a decision, as 通过 would make it, without those who are left out. Never saved."""
    amount = refund.people.amount_to_pass()
    passed = copy(refund)
    del passed.people  # it would speak of the application that waits
    passed.amount = amount
    passed.approve(by=by, at=timezone.now())
    return passed
