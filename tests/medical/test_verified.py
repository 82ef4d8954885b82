"""社保部门核验时间 (M1-15, H-03): the agency's own time of its answer, whatever the order in which it is told."""

from itertools import permutations

import pytest

from handoff.models import WorkItem, WorkItemKind
from refunds import actions
from refunds.states import RefundStatus
from tests.bankreports.factories import OTHER_ACCOUNT
from tests.medical.agency import MONDAY, TUESDAY, WEDNESDAY, fresh, receipt, tell
from tests.medical.factories import account_of, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(cast):
    def start():
        refund = submitted(cast.resident, office=cast.county)
        return actions.approve(refund.number, by=cast.reviewer)

    return start


# M1-15, H-03
@pytest.mark.parametrize(
    "messages",
    [
        [("accepted", MONDAY), ("paid", TUESDAY)],
        [("accepted", MONDAY), ("bounced", TUESDAY)],
        [("accepted", MONDAY), ("accepted", TUESDAY), ("paid", WEDNESDAY)],
        [("accepted", MONDAY), ("accepted", MONDAY), ("paid", TUESDAY), ("paid", TUESDAY)],
        [("refused", MONDAY), ("refused", TUESDAY)],
    ],
)
def test_it_is_the_first_answers_own_time_in_any_order(start, messages):
    for order in sorted(set(permutations(messages))):
        refund = start()
        for event, at in order:
            tell(refund, event, at)
        assert fresh(refund).verified_at == MONDAY, order
        assert not WorkItem.objects.exists()


# M1-15
@pytest.mark.parametrize("event", ["paid", "bounced"])
def test_the_banks_answer_alone_tells_nothing_about_it(start, event):
    refund = tell(start(), event, TUESDAY)
    assert refund.verified_at is None
    assert tell(refund, "accepted", MONDAY).verified_at == MONDAY


# M1-15
def test_before_the_answer_it_is_unknown(start):
    refund = start()
    assert refund.verified_at is None
    assert receipt(refund).verified_at is None


# M1-15
@pytest.mark.parametrize(("first", "second"), [("refused", "accepted"), ("refused", "paid"), ("paid", "refused")])
def test_a_contradiction_does_not_touch_it(start, first, second):
    refund = tell(start(), first, TUESDAY, sequence=1)
    known = refund.verified_at
    frozen = tell(refund, second, MONDAY, sequence=2)
    assert (frozen.verified_at, frozen.disputed) == (known, refund.number)
    item = WorkItem.objects.get()
    assert (item.kind, item.office) == (WorkItemKind.CONTRADICTION, refund.office)


# M1-15: agreed, and refused after all
@pytest.mark.parametrize("order", [("accepted", "refused"), ("refused", "accepted")])
def test_refused_after_the_agreement_it_is_still_the_first_answers(start, order):
    refund, when = start(), {"accepted": MONDAY, "refused": TUESDAY}
    for event in order:
        tell(refund, event, when[event])
    assert (fresh(refund).verified_at, fresh(refund).refund_status) == (MONDAY, RefundStatus.AGENCY_RETURNED)
    assert not WorkItem.objects.exists()


# M1-15, design.md section 4
def test_after_the_account_was_corrected_it_is_unknown_again_until_the_new_answer(start, cast):
    refund = start()
    first = refund.instruction_id
    tell(refund, "accepted", MONDAY)
    tell(refund, "bounced", MONDAY)
    account = account_of(cast.resident, OTHER_ACCOUNT)
    assert actions.correct_account(refund.number, by=cast.resident, account=account).verified_at is None
    for event in ("accepted", "bounced"):
        late = tell(refund, event, MONDAY, instruction_id=first)
        assert (late.verified_at, late.refund_status) == (None, RefundStatus.APPROVED)
    assert tell(refund, "accepted", WEDNESDAY).verified_at == WEDNESDAY
    assert tell(refund, "accepted", TUESDAY, instruction_id=first).verified_at == WEDNESDAY
    assert tell(refund, "paid", WEDNESDAY).refund_status == RefundStatus.REFUNDED


# M1-15
def test_writing_it_down_is_no_step_of_the_timeline(start):
    refund = start()
    tell(refund, "paid", TUESDAY)
    steps = refund.events.count()
    tell(refund, "accepted", MONDAY)
    assert refund.events.count() == steps


# M1-15: 退费日期 is the bank's, or the day it told in Beijing
def test_the_day_of_the_refund_is_that_of_beijing_when_the_bank_names_none(start):
    late_evening = MONDAY.replace(hour=17)  # already Tuesday in Beijing
    assert str(tell(start(), "paid", late_evening).refunded_on) == "2026-11-17"
