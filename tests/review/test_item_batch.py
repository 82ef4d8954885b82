"""移交异常 of a village batch: what the answers settle, they settle for each of its people."""

import pytest

from handoff.models import Delivery, WorkItem, WorkItemKind
from pension.models import PensionRefund
from refunds import actions
from refunds.states import LineOutcome, RefundStatus
from tests.accounts.factories import UserFactory
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report
from tests.review.desk import at_the_agency, item_of, look, press, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_off(cast, agency, batch):
    actions.approve(batch.number, by=cast.reviewer)
    return send(batch)


def tickets_of(refund):
    return list(Delivery.objects.get(instruction_id=refund.instruction_id).tickets)


def test_who_was_returned_stays_returned_and_free_when_the_rest_is_settled(cast, agency, handed_off):
    returned = {tickets_of(handed_off)[0]: "已死亡"}
    lines = [{"ticket_number": ticket, "reason": reason} for ticket, reason in returned.items()]
    at_the_agency(agency, handed_off, "accepted", "paid", lines=lines)
    report(handed_off.number, events=["accepted"], returned=returned)
    line = handed_off.lines.get(payment__ticket_number__in=returned)
    alone = submitted(UserFactory(person=line.payment.person), line.payment)
    report(handed_off.number, events=["bounced"], amount="1.00", steps={"bounced": 3})
    item = item_of(handed_off, WorkItemKind.CONTRADICTION)
    alone.refresh_from_db()
    assert alone.disputed == handed_off.number
    assert alone.number in text(look(cast.reviewer, item))
    press(cast.reviewer, item, "ask")
    refund = PensionRefund.objects.get(pk=handed_off.pk)
    assert (refund.refund_status, refund.disputed) == (RefundStatus.REFUNDED, "")
    outcomes = list(refund.lines.order_by("pk").values_list("outcome", "live"))
    assert outcomes == [(LineOutcome.RETURNED, False), *[(LineOutcome.PAID, True)] * 4]
    alone.refresh_from_db()
    assert (alone.disputed, alone.refund_status) == ("", RefundStatus.APPLIED)
    assert not WorkItem.objects.filter(closed_at=None).exists()
