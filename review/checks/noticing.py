"""What the machine noticed, kept with the application for the queue: `warnings` still to be answered, and `marks`."""

from collections.abc import Sequence
from typing import Any

from accounts.models import Person
from refunds import schemes
from refunds.models import RefundApplication
from refunds.states import ReviewStatus
from review.checks import answering
from review.checks.evaluating import checks_of, marks_of

OPEN = (ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN)


def note(sender: type, refunds: Sequence[RefundApplication], action: str, **_signal: object) -> None:
    """Receiver of `refunds.actions.changed`: once when it is submitted, in the same transaction."""
    if action != "submit":
        return
    look(sender, refunds)


def renamed(sender: type, person: Person, **_signal: object) -> None:
    """Receiver of `accounts.records.renaming.renamed`: names are compared anew."""
    for scheme in schemes.every():
        rows = scheme.model.objects.filter(applicant=person, review_status__in=OPEN)
        look(scheme.model, list(rows))


def look(sender: type, refunds: Sequence[RefundApplication], **_signal: object) -> None:
    """And receiver of `record_changed`: what is noted of cases that are not decided is what the ledger says now."""
    refunds = [refund for refund in refunds if refund.review_status in OPEN]
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
