"""The countersign limit counts together what one person, or one account, is still owed: split it as one may, between as many
applications and officers as one likes, what exceeds it meets a second one.

No lock is needed for that. What waits for a decision counts as much as what was passed, so an application stays counted while a
colleague decides it, whichever side of her commit is seen; only what she refuses falls out.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q

from refunds import schemes
from refunds.models import RefundApplication
from refunds.parameters import values
from refunds.states import RefundStatus

# Asked for and not paid: it waits for an officer, or an officer said 通过 and the money is on its way, or comes back.
UNPAID = Q(
    refund_status__in=[
        RefundStatus.APPLIED,
        RefundStatus.APPROVED,
        RefundStatus.AGENCY_PROCESSING,
        RefundStatus.PAYING,
        RefundStatus.PAYMENT_FAILED,
    ]
)

Key = tuple[str, object]


def exceeding(refunds: Sequence[RefundApplication]) -> set[Any]:
    """The keys of those that need a second officer; their rows are locked by the caller. One query for each scheme, however
    many they are."""
    unpaid = _unpaid(refunds)
    limit = values.value("countersign-limit")
    return {refund.pk for refund in refunds if _together(refund, unpaid) > limit}


def _together(refund: RefundApplication, unpaid: dict[Key, dict[Any, Decimal]]) -> Decimal:
    others = {pk: yuan for key in _keys(refund) for pk, yuan in unpaid.get(key, {}).items() if pk != refund.pk}
    return refund.people.amount_to_pass() + sum(others.values())


def _keys(refund: RefundApplication) -> Iterator[Key]:
    yield "payee", refund.applicant_id or refund.organisation_id
    if refund.account_index:
        yield "account", bytes(refund.account_index)


def _unpaid(refunds: Sequence[RefundApplication]) -> dict[Key, dict[Any, Decimal]]:
    """Amounts of what is not paid, by payee and by account."""
    people = [refund.applicant_id for refund in refunds if refund.applicant_id]
    villages = [refund.organisation_id for refund in refunds if refund.organisation_id]
    accounts = [bytes(refund.account_index) for refund in refunds if refund.account_index]
    wanted = Q(applicant__in=people) | Q(organisation__in=villages) | Q(account_index__in=accounts)
    found: dict[Key, dict[Any, Decimal]] = {}
    for scheme in schemes.every():
        rows = scheme.model.objects.filter(UNPAID, wanted)
        for pk, person, village, account, amount in rows.values_list(
            "pk", "applicant_id", "organisation_id", "account_index", "amount"
        ):
            for key in (("payee", person or village), ("account", bytes(account or b""))):
                found.setdefault(key, {})[pk] = amount
    return found
