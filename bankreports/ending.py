"""A draft of a report that nobody goes on with comes to its end."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from bankreports.codes import ReportStatus
from bankreports.models import DepositAccountReport
from foundation.retention import Draft


def old(before: datetime) -> Iterator[Draft]:
    """Those that their owner has not changed since that moment."""
    for report in DepositAccountReport.objects.filter(status=ReportStatus.DRAFT, changed_at__lt=before):
        yield Draft(
            key=f"BG{report.pk.hex[:22]}",
            title="存款账户账号报告",
            pk=report.pk,
            changed_at=report.changed_at,
            person_id=report.person_id,
            organisation_id=report.organisation_id,
        )


@transaction.atomic
def end(draft: Draft) -> bool:
    """Take it away with the accounts in it; False where it was changed or submitted meanwhile."""
    same = DepositAccountReport.objects.select_for_update().filter(
        pk=draft.pk, status=ReportStatus.DRAFT, changed_at=draft.changed_at
    )
    report = same.first()
    if report is not None:
        report.delete()
    return report is not None
