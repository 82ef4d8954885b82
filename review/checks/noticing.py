"""What the machine noticed, kept with the application for the queue: `warnings` still to be answered, and `marks`."""

from collections.abc import Sequence
from typing import Any

from refunds.models import RefundApplication
from review.checks import answering
from review.checks.evaluating import checks_of, marks_of


def note(sender: type, refunds: Sequence[RefundApplication], action: str, **_signal: object) -> None:
    """Receiver of `refunds.actions.changed`: once when it is submitted, in the same transaction."""
    if action != "submit":
        return
    for refund in refunds:
        # As the database has it: a form may have left text where numbers are compared.
        stored = type(refund).objects.get(pk=refund.pk)
        keep(stored, answering.findings(stored, checks_of([stored])[stored.pk]))
        refund.warnings, refund.marks = stored.warnings, stored.marks


def keep(refund: Any, findings: list) -> None:
    """One UPDATE, and none when nothing is new."""
    warnings = sum(finding.open for finding in findings)
    marks = marks_of(refund, [finding.check for finding in findings])
    if (refund.warnings, list(refund.marks)) != (warnings, marks):
        refund.warnings, refund.marks = warnings, marks
        type(refund).objects.filter(pk=refund.pk).update(warnings=warnings, marks=marks)
