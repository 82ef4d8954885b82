"""manage.py reconcile: our books beside the agency's."""

import sys
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from foundation import apart
from handoff import reconciliation
from handoff.models import Reconciliation


class Command(BaseCommand):
    help = (
        "对账: compare one day with the lists of the agencies. Every difference is a work item; exit 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", choices=sorted(settings.AGENCIES), help="one agency only")
        parser.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD, by default yesterday")

    def handle(self, *args: object, **options: object) -> None:
        day = options["day"] or timezone.localdate() - timedelta(days=1)
        assert isinstance(day, date), "as argparse has made it"
        agencies = [str(options["agency"])] if options["agency"] else sorted(settings.AGENCIES)
        runs: list[Reconciliation] = []
        try:
            apart.each(partial(_run, agency, day, runs) for agency in agencies)
        finally:
            for run in runs:
                self.stdout.write(_line(run))
        if any(run.differences or run.no_answer for run in runs):
            sys.exit(1)


def _run(agency: str, day: date, runs: list[Reconciliation]) -> None:
    runs.append(reconciliation.run(agency, day))


def _line(run: Reconciliation) -> str:
    figures = (
        f"审核通过 {run.approved_count} 笔 {run.approved_amount} 元，已移交 {run.delivered_count} 笔 {run.delivered_amount} 元，"
        f"我方已退付 {run.paid_count} 笔 {run.paid_amount} 元，对方已退付 {run.their_paid_count} 笔 {run.their_paid_amount} 元"
    )
    verdict = (
        f"没有取到清单：{run.no_answer}"
        if run.no_answer
        else f"差异 {run.differences} 笔"
        if run.differences
        else "全部一致"
    )
    return f"{run.day} {run.agency}：{figures}；{verdict}"
