"""One payment, two applications, a person at each: whoever comes from the older and whoever comes from the newer one wait for each
other and never both at once, on a real database."""

import pytest
from django.db import transaction

from handoff import deliveries, proposals, settling
from handoff.models import Delivery, WorkItem, WorkItemKind
from handoff.wire import questions
from pension.models import PensionRefund, PensionRefundLine
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.conftest import make_cast
from tests.handoff.desk import add_event
from tests.pension.factories import applied_again, submitted
from tests.races import race
from tests.reports import report

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 50


def disputed(cast, agency):
    """The agency refused the older one, she applied again, then it was paid or was it not: asked, it says that it was refused."""
    older = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    delivery = Delivery.objects.get(number=older.number)
    deliveries.send(delivery.pk)
    add_event(agency, "refused", older.instruction_id).raise_for_status()
    report(older.number, events=["refused"])
    newer = applied_again(cast.resident, older)
    report(older.number, events=["paid"], steps={"paid": 3})
    settling.write_down(delivery, questions.ask("hrss", older.instruction_id), by=cast.reviewer)
    return older, newer


@transaction.atomic
def settle(older, *, by):
    item = WorkItem.objects.get(number=older.number, kind=WorkItemKind.CONTRADICTION, closed_at=None)
    refund, item = proposals.locked(item.pk, by=by)
    settling.settle(item, settling.plan(refund), by=by)


def test_settling_the_older_one_while_the_newer_one_is_let_go_never_locks_up(agency):
    cast = make_cast()
    why = RejectReason.objects.get(code="other")
    for round_ in range(ROUNDS):
        older, newer = disputed(cast, agency)
        let_go = (
            (lambda number=newer.number: actions.reject(number, by=cast.reviewer, reason=why))
            if round_ % 2
            else (lambda number=newer.number: actions.withdraw(number, by=cast.resident))
        )
        race(lambda older=older: settle(older, by=cast.colleague), let_go)
        ends = dict(PensionRefund.objects.values_list("number", "refund_status"))
        assert ends[older.number] == RefundStatus.AGENCY_RETURNED
        assert ends[newer.number] == (RefundStatus.TAX_RETURNED if round_ % 2 else RefundStatus.NOT_APPLIED)
        assert not PensionRefundLine.objects.filter(live=True).exists()
        assert not PensionRefund.objects.exclude(disputed="").exists()
