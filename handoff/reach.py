"""An agency that does not answer: sends pause, one of them tries for all, and when it answers they go on by themselves.

However long it takes, no case needs a click. Ten minutes without an answer are one work item with the number of cases waiting.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

from foundation.shortening import shortened
from handoff.items import close_settled, open_for
from handoff.models import Delivery, DeliveryStatus, Reach, WorkItem, WorkItemKind
from handoff.store import to_send
from refunds.parameters import values

# Seconds between two tries while it is down: 2, 4, 8 … and no more than this, so that it is noticed soon when it is back.
LONGEST_PAUSE = 60
# Whatever waits for the agency goes on at once. What has not been tried yet waits for something else: its time of grace.
WAKE = """UPDATE procrastinate_jobs SET scheduled_at = now()
    WHERE status = 'todo' AND queue_name = %s AND attempts > 0 AND scheduled_at > now()"""


def pause(agency: str) -> int:
    """Seconds to wait before this agency is tried again; 0 for whoever may try now."""
    row = Reach.objects.filter(agency=agency).first()
    if row is None or row.failing_since is None or row.probe_at is None:
        return 0
    now = timezone.now()
    mine = Reach.objects.filter(agency=agency, probe_at__lte=now).update(probe_at=now + _pause_after(row.failures))
    return 0 if mine else max(1, int((row.probe_at - now).total_seconds()) + 1)


def failed(agency: str, words: str, *, asked_to_wait: int = 0) -> None:
    """No answer, or one about the agency itself."""
    now = timezone.now()
    row, _is_new = Reach.objects.get_or_create(agency=agency)
    wait = max(_pause_after(row.failures + 1), timedelta(seconds=asked_to_wait))
    Reach.objects.filter(agency=agency).update(
        failing_since=row.failing_since or now,
        failures=F("failures") + 1,
        probe_at=now + wait,
        last_answer=shortened(words, 200),
    )


def answered(agency: str, note: str = "对方系统已恢复") -> None:
    """It is there again: whatever waits goes on, and the item closes itself."""
    was_away = Reach.objects.filter(agency=agency, failing_since__isnull=False)
    failures = was_away.values_list("failures", flat=True).first()
    if not was_away.update(failing_since=None, failures=0, probe_at=None):
        return
    close_settled([WorkItemKind.AGENCY_DOWN], "", agency=agency, note=note)
    if failures == 1:
        return  # perhaps one that always fails while all others get there: it keeps its own, growing distance
    with connection.cursor() as cursor:
        cursor.execute(WAKE, [f"send-{agency}"])


def tell_who_is_down() -> None:
    """One item per agency that has not answered for the seconds of 对方不可用, with what waits by now."""
    bound = timezone.now() - timedelta(seconds=values.whole("agency-down-seconds"))
    for row in Reach.objects.filter(failing_since__isnull=False):
        assert row.failing_since is not None, "it was asked for"
        if not to_send().filter(agency=row.agency).exists():
            # Nobody tries any more, so nobody would find out that it is back. Whoever is sent next does.
            answered(row.agency, note="已没有等待移交的案件")
        elif row.failing_since < bound:
            _tell(row, row.failing_since)


@transaction.atomic
def _tell(row: Reach, since: datetime) -> None:
    item = open_for(WorkItemKind.AGENCY_DOWN, "", agency=row.agency, refund=None, detail=_words(row, since))
    WorkItem.objects.filter(pk=item.pk).update(detail=_words(row, since))


def _words(row: Reach, since: datetime) -> str:
    waiting = _waiting(row.agency).aggregate(cases=Count("pk"), amount=Sum("amount"))
    return (
        f"自 {timezone.localtime(since):%Y-%m-%d %H:%M} 起没有正常应答（{row.last_answer}）；"
        f"{waiting['cases']} 笔、{waiting['amount'] or 0:,.2f} 元等待移交。系统会自动重试，恢复后自动移交，不用逐笔处理。"
    )


def _waiting(agency: str) -> QuerySet[Delivery]:
    """What is to be sent to it."""
    return Delivery.objects.filter(agency=agency, status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN))


def _pause_after(failures: int) -> timedelta:
    return timedelta(seconds=min(LONGEST_PAUSE, 2 ** min(failures, 10)))
