"""The other applications of the same people and accounts, in every scheme: one query, however many are asked about."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from foundation.postgres.together import fetched
from refunds import schemes
from refunds.states import RELEASING, RefundStatus

UNPAID = frozenset(RefundStatus) - RELEASING - {RefundStatus.REFUNDED}
FIELDS = ("pk", "number", "office_id", "applicant_id", "organisation_id", "account_index", "amount", "refund_status")


@dataclass(frozen=True)
class Other:
    """As much of an application as the checks need."""

    pk: Any
    number: str
    office: str
    payee: Any
    account: bytes
    amount: Decimal
    status: str

    @property
    def live(self) -> bool:
        """It holds its payment: waiting, on its way, or paid."""
        return self.status not in RELEASING

    @property
    def unpaid(self) -> bool:
        return self.status in UNPAID


class Beside:
    """What else the payees of these applications asked for, and what else goes to their accounts."""

    def __init__(self, refunds):
        people = {refund.applicant_id for refund in refunds} - {None}
        villages = {refund.organisation_id for refund in refunds} - {None}
        accounts = {bytes(refund.account_index) for refund in refunds if refund.account_index}
        wanted = Q(applicant__in=people) | Q(organisation__in=villages) | Q(account_index__in=accounts)
        self._of_payee, self._of_account = defaultdict(list), defaultdict(list)
        rows = [scheme.model.objects.filter(wanted, submitted_at__isnull=False) for scheme in schemes.every()]
        for found in fetched([one.order_by("id").values_list(*FIELDS) for one in rows]):
            for pk, number, office, person, village, account, amount, status in found:
                other = Other(pk, number, office, person or village, bytes(account or b""), amount, status)
                self._of_payee[other.payee].append(other)
                self._of_account[other.account].append(other)

    def of_payee(self, refund) -> list[Other]:
        """The payee's other applications."""
        return [other for other in self._of_payee[payee_of(refund)] if other.pk != refund.pk]

    def of_account(self, refund) -> list[Other]:
        """Other applications to the same account, whoever's."""
        return [other for other in self._of_account[bytes(refund.account_index or b"")] if other.pk != refund.pk]


def payee_of(refund):
    """The key of the person or village."""
    return refund.applicant_id or refund.organisation_id
