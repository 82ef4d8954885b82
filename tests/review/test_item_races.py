"""Two officers, one item, at the same moment: one wins, the other is told."""

import pytest

from handoff import deliveries, desk, outbox
from handoff.models import Delivery, Proposal, WorkItem, WorkItemKind
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus
from tests.conftest import make_cast
from tests.handoff.desk import order
from tests.jobs import queued
from tests.pension.factories import submitted
from tests.races import race
from tests.reports import report

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(agency):
    cast = make_cast()
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    order(agency, "unprocessable", times=1)
    deliveries.send(Delivery.objects.get().pk)
    return cast, WorkItem.objects.get(kind=WorkItemKind.HELD)


def refusals(results):
    return [result for result in results if isinstance(result, errors.NotAllowed)]


def test_sent_again_by_two_it_is_sent_once(at_once):
    cast, item = at_once
    jobs = len(queued("handoff.send"))
    both = (cast.reviewer, cast.colleague)
    results = race(*(lambda by=by: outbox.send_again(item, by=by) for by in both))
    assert len(refusals(results)) == 1
    assert len(queued("handoff.send")) == jobs + 1


def test_proposed_by_two_the_first_one_waits_for_the_other(at_once):
    cast, item = at_once
    both = (cast.reviewer, cast.colleague)
    results = race(*(lambda by=by: desk.propose(item, Proposal.RECALL, by=by) for by in both))
    assert len(refusals(results)) == 1
    item.refresh_from_db()
    assert item.proposal == Proposal.RECALL


def test_confirmed_and_declined_at_once_one_of_them_counts(at_once):
    cast, item = at_once
    desk.propose(item, Proposal.RECALL, by=cast.reviewer)
    results = race(
        lambda: desk.confirm(item, by=cast.colleague),
        lambda: desk.decline(item, by=cast.countersigner),
    )
    assert len(refusals(results)) == 1
    item.refresh_from_db()
    confirmed = item.closed_at is not None
    expected = RefundStatus.TAX_RETURNED if confirmed else RefundStatus.APPROVED
    assert PensionRefund.objects.get().refund_status == expected


def test_called_back_and_sent_again_at_once_one_of_them_counts(at_once):
    cast, item = at_once
    desk.propose(item, Proposal.RECALL, by=cast.reviewer)
    results = race(
        lambda: desk.confirm(item, by=cast.colleague),
        lambda: outbox.send_again(item, by=cast.countersigner),
    )
    assert len(refusals(results)) == 1
    assert PensionRefund.objects.get().refund_status == RefundStatus.TAX_RETURNED


@pytest.fixture
def stopping():
    """What the agency has, and whose 停付 waits for the second officer."""

    def make(cast):
        refund = submitted(cast.resident, office=cast.county)
        actions.approve(refund.number, by=cast.reviewer)
        delivery = Delivery.objects.get(number=refund.number)
        deliveries.send(delivery.pk)
        item = WorkItem.objects.create(
            kind=WorkItemKind.UNKNOWN_EVENT, agency="hrss", number=refund.number, office=cast.county,
            instruction_id=delivery.instruction_id, detail="测试",
        )  # fmt: skip
        desk.propose(item, Proposal.STOP, by=cast.reviewer)
        return refund, item

    return make


def test_stopped_while_its_result_arrives_it_is_frozen_or_was_paid_before_anybody_asked_to_stop(agency, stopping):
    cast = make_cast()
    for _round in range(10):
        refund, item = stopping(cast)
        results = race(
            lambda item=item: desk.confirm(item, by=cast.colleague),
            lambda refund=refund: report(refund.number, events=["paid"]),
        )
        refund.refresh_from_db()
        contradictions = WorkItem.objects.filter(number=refund.number, kind=WorkItemKind.CONTRADICTION, closed_at=None)
        if refusals(results):  # paid before it was read: the agency is not asked, and the second officer is told
            assert (refund.refund_status, refund.disputed, contradictions.exists()) == (
                RefundStatus.REFUNDED,
                "",
                False,
            )
        else:
            assert (refund.disputed, contradictions.exists()) == (refund.number, True)


def test_stopped_while_the_agency_says_so_it_is_stopped_once(agency, stopping):
    cast = make_cast()
    for _round in range(10):
        refund, item = stopping(cast)
        race(
            lambda item=item: desk.confirm(item, by=cast.colleague),
            lambda refund=refund: report(refund.number, events=["cancelled"]),
        )
        refund.refresh_from_db()
        assert (refund.refund_status, refund.disputed) in (
            (RefundStatus.TAX_RETURNED, ""), (RefundStatus.AGENCY_RETURNED, ""),
        )  # fmt: skip
        assert Delivery.objects.get(number=refund.number).status == "cancelled"
