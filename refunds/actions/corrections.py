"""缴费记录有更正: what the tax core system changes of a payment that somebody has applied for. No step of the state machine: what the
ledger says against an application stands beside its state, and goes when the ledger says again what it said.

While it stands, an application that is not decided cannot be passed and its clock pauses; what is decided and not sent is not
sent; what is with the agency, or paid, is for a person (`handoff`).
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from refunds import schemes
from refunds.actions.base import WAITING_FOR_AN_OFFICER, announce, record_changed, run_clock
from refunds.history import acting
from refunds.models import RefundApplication
from refunds.records import NOTHING, since
from refunds.states import RELEASING, ReviewStatus

CHUNK = 500


def follow_records(model: type[RefundApplication], keys: Collection[Any]) -> None:
    """After a load: each of these applications is told what its payments say by now. In the transaction of the load."""
    found = model._default_manager.filter(pk__in=keys, number__isnull=False).values_list("number", flat=True)
    numbers = sorted(str(number) for number in found)
    for start in range(0, len(numbers), CHUNK):
        _follow(model, numbers[start : start + CHUNK])


@transaction.atomic
def _follow(model: type[RefundApplication], numbers: Sequence[str]) -> None:
    rows = model._default_manager.select_for_update(of=("self",)).filter(number__in=numbers)
    live = list(rows.exclude(refund_status__in=RELEASING).order_by("number"))
    if not live:
        return
    found = since.against(live)
    for refund in live:
        note_record(refund, found.get(refund.pk, NOTHING).words)
    record_changed.send(sender=model, refunds=live)


def follow_people(people: Collection[Any]) -> None:
    """After a load that says something new of these people: what is not decided yet is looked at again."""
    if not people:
        return
    for scheme in schemes.every():
        waiting = scheme.model.objects.of_people(people).filter(review_status__in=WAITING_FOR_AN_OFFICER)
        if rows := list(waiting):
            record_changed.send(sender=scheme.model, refunds=rows)


def follow_deaths(people: Collection[Any]) -> None:
    """After a load that says of these people that they died, or that they did not: what waits is looked at again, and what was passed
    is told."""
    follow_people(people)
    for scheme in schemes.every() if people else ():
        passed = scheme.model.objects.of_people(people).filter(review_status=ReviewStatus.COMPLETED)
        follow_records(scheme.model, list(passed.exclude(refund_status__in=RELEASING).values_list("pk", flat=True)))


def renew_record(refund: RefundApplication) -> None:
    """The same for one whose payments were let go, and are held again: nobody has looked meanwhile."""
    words = since.against([refund]).get(refund.pk, NOTHING).words
    if note_record(refund, words):
        record_changed.send(sender=type(refund), refunds=[refund])


def note_record(refund: RefundApplication, words: str) -> bool:
    """Stored, written into the history and told, if it is news."""
    if refund.corrected == words:
        return False
    refund.corrected = words
    if refund.review_status == ReviewStatus.COUNTERSIGN:
        refund.undo_referral()  # from 待审核 the applicant can take it back
        refund.taken_by = refund.taken_until = None
    run_clock(refund)
    action = "correct" if words else "correct_back"
    with acting(action, by=None):
        refund.save()
    announce([refund], action)
    return True
