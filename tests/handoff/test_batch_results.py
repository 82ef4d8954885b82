"""HRSS answers per person (I7): in any order, any number of times, everybody ends in one outcome and the sums add up."""

import itertools
import json
from collections import Counter
from decimal import Decimal

import pytest

from handoff.models import Callback, Delivery, WorkItem, WorkItemKind
from pension.models import PensionRefund
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.handoff.test_callbacks import message, post
from tests.jobs import run_queued
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report
from tests.village.batches import submit_batch, village_account
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
WHY = "该人员已死亡或已注销参保"


@pytest.fixture
def batch(cast):
    return submit_batch(make_village(cast.clerk, people=5), cast.clerk)


@pytest.fixture
def approved(batch, cast):
    return actions.approve(batch.number, by=cast.reviewer)


def tickets(refund):
    return list(refund.lines.order_by("pk").values_list("payment__ticket_number", flat=True))


def returned(refund, *positions, why=WHY):
    return {tickets(refund)[position]: why for position in positions}


def outcomes(refund):
    return list(refund.lines.order_by("pk").values_list("outcome", flat=True))


def status(refund):
    return PensionRefund.objects.get(pk=refund.pk).refund_status


def sent(refund):
    """What the newest instruction says."""
    return json.loads(Delivery.objects.filter(number=refund.number).latest("created_at").body.reveal("in a test"))


@pytest.mark.parametrize("events", [("accepted", "paid"), ("paid",), ("paid", "accepted")])
def test_those_returned_are_not_paid_whatever_the_order_and_however_often(cast, events):
    for order in set(itertools.permutations(events * 2)):
        refund = submit_batch(next_village(cast), cast.clerk)
        actions.approve(refund.number, by=cast.reviewer)
        report(refund.number, events=order, returned=returned(refund, 1, 3))
        assert outcomes(refund) == ["paid", "returned", "paid", "returned", "paid"]
        assert set(refund.lines.filter(outcome="returned").values_list("outcome_reason", flat=True)) == {WHY}
        assert status(refund) == RefundStatus.REFUNDED
        assert not WorkItem.objects.exists()


def next_village(cast):
    """Another payment of the same village."""
    return make_village(cast.clerk, people=5, month=1 + cast.clerk.organisation.collectivepayment_set.count())


def test_after_the_agreement_those_returned_are_free_and_the_others_still_open(approved):
    report(approved.number, events=["accepted"], returned=returned(approved, 0))
    assert outcomes(approved) == ["returned", "", "", "", ""]
    assert approved.lines.filter(live=True).count() == 4
    assert status(approved) == RefundStatus.PAYING


def test_each_person_keeps_her_own_reason(approved):
    report(approved.number, events=["paid"], returned=returned(approved, 0, why="甲") | returned(approved, 1, why="乙"))
    assert list(approved.lines.order_by("pk").values_list("outcome_reason", flat=True)) == ["甲", "乙", "", "", ""]


def test_a_refusal_of_the_whole_tells_each_person_the_reason(approved):
    report(approved.number, events=["refused"], returned=returned(approved, 2))
    reasons = list(approved.lines.order_by("pk").values_list("outcome_reason", flat=True))
    assert outcomes(approved) == ["returned"] * 5
    assert reasons == ["社保系统核验未通过"] * 2 + [WHY] + ["社保系统核验未通过"] * 2
    assert not approved.lines.filter(live=True).exists()


@pytest.mark.parametrize("events", [("accepted",), ("paid",)])
def test_a_payment_to_nobody_is_a_contradiction_and_changes_nothing(approved, events):
    report(approved.number, events=events, returned=returned(approved, 0, 1, 2, 3, 4))
    assert status(approved) == RefundStatus.APPROVED
    assert outcomes(approved) == [""] * 5
    assert WorkItem.objects.get().kind == WorkItemKind.CONTRADICTION


def test_a_line_we_do_not_know_stops_the_batch_and_goes_to_a_person(approved, cast):
    report(approved.number, events=["accepted", "paid"], returned={"T-unknown": WHY} | returned(approved, 0))
    assert outcomes(approved) == [""] * 5
    item = WorkItem.objects.get()
    assert (item.kind, item.office) == (WorkItemKind.CONTRADICTION, cast.county)
    assert "T-unknown" in item.detail


def test_somebody_left_out_cannot_be_returned(batch, cast):
    first = batch.lines.order_by("pk").first()
    reason = RejectReason.objects.get(code="arrived")
    actions.leave_out(batch.number, by=cast.reviewer, lines=[first.pk], reason=reason, remark="")
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["paid"], returned=returned(batch, 0))
    assert outcomes(batch) == [""] * 5
    assert WorkItem.objects.get().kind == WorkItemKind.CONTRADICTION


def test_a_late_return_of_somebody_already_paid_goes_to_a_person(approved):
    report(approved.number, events=["paid"])
    report(approved.number, events=["accepted"], returned=returned(approved, 0))
    assert outcomes(approved) == ["paid"] * 5
    assert WorkItem.objects.get().kind == WorkItemKind.CONTRADICTION


def test_a_single_persons_line_is_settled_too(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    assert outcomes(refund) == ["paid"]


@pytest.fixture
def bounced(approved, cast):
    """Two returned, then the bank could not pay the rest, then another account."""
    report(approved.number, events=["accepted", "bounced"], returned=returned(approved, 1, 2))
    account = village_account(approved.collective) | {"account_number": "6228480402564890026"}
    return actions.correct_account(approved.number, by=cast.clerk, account=account)


def test_the_second_instruction_holds_only_those_not_returned_and_its_own_sum(bounced):
    first, _second, _third, *rest = tickets(bounced)
    message = sent(bounced)
    assert message["instruction_id"] == f"{bounced.number}-2"
    assert [line["ticket_number"] for line in message["lines"]] == [first, *rest]
    assert [line["line"] for line in message["lines"]] == [1, 2, 3]
    assert Decimal(message["amount"]) == 600
    assert (bounced.amount, bounced.people_count) == (1000, 5)  # what was approved


def test_the_agency_takes_the_second_instruction_and_pays_the_rest(bounced, agency):
    assert run_queued() == []
    assert status(bounced) == RefundStatus.AGENCY_PROCESSING
    first = f"{bounced.number}-1"
    report(bounced.number, events=["bounced", "accepted"], instruction_id=first, returned=returned(bounced, 1, 2))
    report(bounced.number, events=["paid"])
    assert outcomes(bounced) == ["paid", "returned", "returned", "paid", "paid"]
    assert not WorkItem.objects.exists()


def test_everybody_sees_how_many_were_returned(client, approved, cast):
    report(approved.number, events=["accepted"], returned=returned(approved, 1, 2))
    client.force_login(cast.clerk)
    assert "部分人员被人社退回：2 人。" in text(client.get(f"/pension/village/progress/{approved.number}/"))
    client.force_login(cast.reviewer)
    words = text(client.get(f"/review/{approved.number}/"))
    for part in ("部分人员被人社退回：2 人。", "被退回 2", "处理中 3", WHY):
        assert part in words


MALFORMED = [
    None,
    {},
    "returned",
    ["T1"],
    [None],
    [{}],
    [{"ticket_number": "T1", "reason": "x"}],
    [{"ticket_number": "T1", "outcome": "returned"}],
    [{"ticket_number": "T1", "outcome": "Returned", "reason": "x"}],
    [{"ticket_number": "T1", "outcome": "paid", "reason": ""}],
    [{"ticket_number": 1, "outcome": "returned", "reason": "x"}],
    [{"ticket_number": "", "outcome": "returned", "reason": "x"}],
    [{"ticket_number": "T" * 41, "outcome": "returned", "reason": "x"}],
    [{"ticket_number": "T\0", "outcome": "returned", "reason": "x"}],
    [{"ticket_number": "T1", "outcome": "returned", "reason": ["x"]}],
    [{"ticket_number": "T1", "outcome": "returned", "reason": "\ud800"}],
    [{"ticket_number": "T1", "outcome": "returned", "reason": "x"}] * 2,
    [{"ticket_number": f"T{n}", "outcome": "returned", "reason": "x"} for n in range(10_001)],
]


@pytest.mark.parametrize("lines", MALFORMED, ids=lambda lines: json.dumps(lines)[:60])
def test_lines_we_cannot_read_are_answered_400_and_change_nothing(client, settings, approved, lines):
    assert post(client, settings, message(approved, lines=lines)).status_code == 400
    assert not Callback.objects.exists()


def test_deeply_nested_lines_are_answered_400(client, settings):
    assert post(client, settings, "[" * 100_000).status_code == 400


def test_a_signed_answer_about_ten_thousand_people_is_taken(client, settings, approved):
    lines = [{"ticket_number": f"T{n:030d}", "outcome": "returned", "reason": WHY * 5} for n in range(10_000)]
    body = json.dumps(message(approved, lines=lines))
    assert len(body) > 4_000_000
    assert post(client, settings, body).status_code == 202
    assert len(Callback.objects.get().returned) == 10_000


def test_a_larger_one_is_refused(client, settings):
    assert post(client, settings, " " * (8 * 1024 * 1024 + 1)).status_code == 413


def test_the_agreement_about_a_batch_costs_the_same_at_any_size(cast, settings, django_assert_max_num_queries):
    settings.COUNTERSIGN_LIMIT = "100000.00"
    for people in (3, 100):
        refund = submit_batch(make_village(cast.clerk, people=people, month=people // 10 + 1), cast.clerk)
        actions.approve(refund.number, by=cast.reviewer)
        names = {ticket: f"{WHY}{n}" for n, ticket in enumerate(tickets(refund)[1:])}
        with django_assert_max_num_queries(32):
            report(refund.number, events=["paid"], returned=names)
        assert Counter(outcomes(refund)) == {"paid": 1, "returned": people - 1}
