"""The countersign limit counts together what one person, or one account, was passed and not yet paid: split it as one may, and
between as many officers, what exceeds it meets a second one.

Whoever passes locks the rows first and then, all at once and in one order, the payees and accounts of them. Who holds these
locks waits for no row any more, so nobody waits in a circle.
"""

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q

from refunds import schemes
from refunds.models import RefundApplication
from refunds.states import RefundStatus, ReviewStatus

# An officer said 通过 once: the money is on its way, or waits for a second officer. What is only applied for may yet be refused.
ON_ITS_WAY = Q(
    refund_status__in=[
        RefundStatus.APPROVED,
        RefundStatus.AGENCY_PROCESSING,
        RefundStatus.PAYING,
        RefundStatus.PAYMENT_FAILED,
    ]
) | Q(review_status=ReviewStatus.COUNTERSIGN)

Key = tuple[str, object]


def exceeding(refunds: Sequence[RefundApplication]) -> set[Any]:
    """The keys of those that need a second officer, were they passed one after the other. Locks payees and accounts until the
    transaction ends; the rows are locked by the caller. One query for each scheme, however many they are."""
    _wait_for([key for refund in refunds for key in _keys(refund)])
    limit = Decimal(settings.COUNTERSIGN_LIMIT)
    counted = _on_their_way(refunds)
    above = set()
    for refund in refunds:
        amount = refund.people.amount_to_pass()
        beside = {pk: yuan for key in _keys(refund) for pk, yuan in counted.get(key, {}).items() if pk != refund.pk}
        if amount + sum(beside.values()) > limit:
            above.add(refund.pk)
        for key in _keys(refund):
            counted.setdefault(key, {})[refund.pk] = amount
    return above


def _keys(refund: RefundApplication) -> Iterator[Key]:
    yield "payee", refund.applicant_id or refund.organisation_id
    if refund.account_index:
        yield "account", bytes(refund.account_index)


def _wait_for(keys: Sequence[Key]) -> None:
    # Of two payees whose digests begin alike each waits for the other now and then; nothing else comes of it.
    numbers = sorted({int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:8], signed=True) for key in keys})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) WITH ORDINALITY AS k(key, n) ORDER BY n",
            [numbers],
        )


def _on_their_way(refunds: Sequence[RefundApplication]) -> dict[Key, dict[Any, Decimal]]:
    """Amounts of what was passed and is not paid, by payee and by account; read after the locks, so nothing is missed."""
    people = [refund.applicant_id for refund in refunds if refund.applicant_id]
    villages = [refund.organisation_id for refund in refunds if refund.organisation_id]
    accounts = [bytes(refund.account_index) for refund in refunds if refund.account_index]
    wanted = Q(applicant__in=people) | Q(organisation__in=villages) | Q(account_index__in=accounts)
    found: dict[Key, dict[Any, Decimal]] = {}
    for scheme in schemes.every():
        rows = scheme.model.objects.filter(ON_ITS_WAY, wanted)
        for pk, person, village, account, amount in rows.values_list(
            "pk", "applicant_id", "organisation_id", "account_index", "amount"
        ):
            for key in (("payee", person or village), ("account", bytes(account or b""))):
                found.setdefault(key, {})[pk] = amount
    return found
