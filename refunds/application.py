"""The fields of an application and of a payment that the modules beneath `refunds.models` use. Types only: they could not
import the model without a circle."""

import uuid
from decimal import Decimal
from typing import Any, Protocol


class Application(Protocol):
    """A `RefundApplication`, which itself is made of those modules."""

    number: str | None
    applicant_id: uuid.UUID | None
    organisation_id: str | None
    amount: Decimal
    year: int | None
    refund_status: str
    review_status: str
    review_result: str
    disputed: str
    corrected: str
    evidence: str
    parts: Any

    @property
    def on_behalf(self) -> bool: ...

    @property
    def status_label(self) -> str: ...

    @property
    def village_status_label(self) -> str: ...

    @property
    def subline(self) -> str: ...

    @property
    def village_subline(self) -> str: ...


class Reason(Protocol):
    """A `RejectReason`."""

    code: str
    label: str
    next_step: str


class Payment(Protocol):
    """What the payments of every scheme have in common."""

    @property
    def pk(self) -> Any: ...

    @property
    def year(self) -> int: ...

    @property
    def amount(self) -> Decimal: ...
