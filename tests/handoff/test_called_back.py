"""What was called back before it left, and an agency speaks of all the same: it stands still until somebody has asked (real mock)."""

import pytest

from handoff import desk, settling
from handoff.models import Callback, DeliveryStatus, Effect, Proposal, WorkItem, WorkItemKind
from pension.models import PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.handoff.desk import add_event
from tests.handoff.test_contradictions import call_back, correct, delivery, now
from tests.pension.factories import applied_again, submitted
from tests.reports import report
from tests.review.desk import item_of, send
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    return actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)


@pytest.fixture
def undone(approved, cast):
    actions.undo(approved.number, by=cast.reviewer)
    return approved


def said_paid(refund):
    report(refund.number, events=["paid"], instruction_id=f"{refund.number}-1")


def ask(refund, cast) -> str:
    """Asked, and confirmed where it needs a second officer."""
    item = item_of(refund, WorkItemKind.CONTRADICTION)
    words = settling.ask(item, by=cast.colleague)
    item.refresh_from_db()
    return desk.confirm(item, by=cast.countersigner) if item.proposal else words


def stop(refund, cast) -> str:
    item = item_of(refund, WorkItemKind.CONTRADICTION)
    desk.propose(item, Proposal.STOP, by=cast.colleague)
    return desk.confirm(item, by=cast.countersigner)


def at_the_agency(refund, *, then=None, agency):
    """As if it had been sent after all, by a portal that was restored from a backup since."""
    from handoff.wire import client

    one = delivery(refund, 1)
    assert client.send("hrss", one.instruction_id, one.body.reveal("in a test")).receipt
    if then:
        add_event(agency, then, one.instruction_id).raise_for_status()


def test_paid_of_what_was_recalled_and_never_sent_freezes_it_and_takes_the_payment_again(approved, cast):
    call_back(approved, cast)
    said_paid(approved)
    assert (now(approved).refund_status, now(approved).disputed) == (RefundStatus.TAX_RETURNED, approved.number)
    assert Callback.objects.get().effect == Effect.CONTRADICTED
    assert delivery(approved, 1).is_sent  # evidently
    assert "没有发出过，已经收回，对方却回传“银行已退付”" in WorkItem.objects.get(closed_at=None).detail
    with pytest.raises(errors.AlreadyClaimed):
        applied_again(cast.resident, approved)


def test_paid_of_a_decision_that_was_taken_back_freezes_the_case(undone, cast):
    said_paid(undone)
    assert (now(undone).refund_status, now(undone).disputed) == (RefundStatus.APPLIED, undone.number)
    with pytest.raises(errors.Frozen):
        actions.approve(undone.number, by=cast.reviewer)


def test_what_the_agency_stops_is_open_for_the_decision_again(undone, cast, agency):
    said_paid(undone)
    assert "请先对它请求停付" in ask(undone, cast)  # it does not know it, so it may still be on its way
    stop(undone, cast)
    ask(undone, cast)
    refund = now(undone)
    assert (refund.refund_status, refund.review_status, refund.disputed) == ("applied", ReviewStatus.PENDING, "")
    again = send(actions.approve(undone.number, by=cast.reviewer))
    assert again.refund_status == RefundStatus.AGENCY_PROCESSING
    assert PensionRefundLine.objects.get().live


def test_what_was_really_paid_is_refunded_once_two_officers_have_said_so(undone, cast, agency):
    at_the_agency(undone, then="paid", agency=agency)
    said_paid(undone)
    ask(undone, cast)
    refund = now(undone)
    assert (refund.refund_status, refund.paid_attempt, refund.attempt) == (RefundStatus.REFUNDED, 1, 1)
    assert (refund.reviewed_by, refund.decided_by) == (cast.colleague, cast.countersigner)
    assert (refund.disputed, delivery(undone, 1).status) == ("", DeliveryStatus.PAID)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_was_paid_and_rejected_since_is_refunded_too(undone, cast, agency):
    actions.reject(undone.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"), remark="不符")
    at_the_agency(undone, then="paid", agency=agency)
    said_paid(undone)
    ask(undone, cast)
    assert (now(undone).refund_status, now(undone).attempt) == (RefundStatus.REFUNDED, 1)


def test_what_was_paid_and_taken_back_by_the_applicant_since_is_refunded_too(undone, cast, agency):
    actions.withdraw(undone.number, by=cast.resident)
    at_the_agency(undone, then="paid", agency=agency)
    said_paid(undone)
    ask(undone, cast)
    assert (now(undone).refund_status, now(undone).disputed) == (RefundStatus.REFUNDED, "")


def test_what_was_taken_back_by_the_applicant_and_is_stopped_stays_so(undone, cast, agency):
    actions.withdraw(undone.number, by=cast.resident)
    said_paid(undone)
    ask(undone, cast)
    stop(undone, cast)
    ask(undone, cast)
    assert (now(undone).review_status, now(undone).disputed) == (ReviewStatus.WITHDRAWN, "")
    assert not PensionRefundLine.objects.filter(live=True).exists()


@pytest.mark.breaks_on_purpose
def test_what_the_bank_returned_is_called_back_also_when_its_next_attempt_was_cancelled(approved, cast):
    report(approved.number, events=["accepted", "bounced"], steps="in_order")
    correct(approved, cast)
    first = {"instruction_id": f"{approved.number}-1"}
    report(approved.number, events=["paid", "bounced"], steps={"paid": 3, "bounced": 4}, **first)
    assert delivery(approved, 2).status == DeliveryStatus.CANCELLED
    PensionRefund.objects.update(corrected="金额有更正")
    call_back(approved, cast)
    assert now(approved).refund_status == RefundStatus.TAX_RETURNED


# A batch ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def batch(cast, settings):
    """Of three people; one is left out, and the pass is taken back."""
    settings.DECISION_GRACE_SECONDS = 60
    found = submit_batch(make_village(cast.clerk, people=3), cast.clerk)
    leave_out(found, cast, 0)
    actions.approve(found.number, by=cast.reviewer)
    actions.undo(found.number, by=cast.reviewer)
    return found


def leave_out(batch, cast, position):
    chosen, reason = batch.lines.order_by("pk")[position], RejectReason.objects.get(code="other")
    actions.leave_out(batch.number, by=cast.reviewer, lines=[chosen.pk], reason=reason, remark="测试")


def test_a_batch_that_was_refused_since_and_paid_is_settled_as_it_was_handed_off(batch, cast, agency):
    at_the_agency(batch, then="paid", agency=agency)
    said_paid(batch)
    actions.reject(batch.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"))
    ask(batch, cast)
    assert (now(batch).refund_status, now(batch).amount) == (RefundStatus.REFUNDED, delivery(batch, 1).amount)


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_batch_whose_people_changed_and_that_was_paid_is_settled_as_it_was_handed_off(
    batch, cast, agency, is_refused
):
    """Two were paid, of whom one is left out by now; and who was not in the handoff was taken in again."""
    leave_out(batch, cast, 1)
    actions.leave_out(batch.number, by=cast.reviewer, lines=[batch.lines.order_by("pk")[0].pk], reason=None)
    at_the_agency(batch, then="paid", agency=agency)
    said_paid(batch)
    if is_refused:
        actions.reject(batch.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"))
    ask(batch, cast)
    assert (now(batch).refund_status, now(batch).amount) == (RefundStatus.REFUNDED, delivery(batch, 1).amount)
    paid = batch.lines.filter(left_out=None).values_list("payment__ticket_number", flat=True)
    assert set(paid) == set(delivery(batch, 1).tickets)
    assert set(batch.lines.filter(live=True)) == set(batch.lines.filter(left_out=None))
