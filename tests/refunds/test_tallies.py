"""What the pages count is what there is, whatever happened to it (I13)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from refunds import actions, schemes
from refunds.models import RejectReason, Tally
from refunds.states import Queue
from refunds.tallies.counts import Urgency, of_queue, of_queues
from refunds.tallies.folding import fold, recount
from refunds.tallies.models import Flag, Measure
from tests.house import brought
from tests.invariants import violations
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


def total(measure, **key) -> int:
    """What is counted, over all days."""
    return sum(Tally.objects.filter(measure=measure, **key).values_list("number", flat=True))


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


@pytest.mark.parametrize("scheme", schemes.every(), ids=lambda scheme: scheme.code)
def test_an_application_of_any_scheme_is_counted_where_it_stands(cast, scheme):
    refund = brought.of(scheme, "factories").submitted(cast.resident, office=cast.county)
    assert of_queue(cast.reviewer, Queue.REVIEW).where(scheme=scheme.code).number == 1
    actions.approve(refund.number, by=cast.reviewer)
    waiting = of_queues(cast.reviewer)
    assert (waiting.where(Queue.REVIEW).number, waiting.where(Queue.AGENCY).number) == (0, 1)
    assert waiting.amount == refund.amount


def test_a_decision_that_is_taken_back_is_not_counted(cast, refund, settings):
    settings.DECISION_GRACE_SECONDS = 60
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first())
    assert total(Measure.REJECTED, officer=cast.reviewer, reason=RejectReason.objects.first().code) == 1
    actions.undo(refund.number, by=cast.reviewer)
    assert (total(Measure.REJECTED), total(Measure.DECIDED), total(Measure.REVIEW)) == (0, 0, 1)


def test_money_that_comes_back_was_not_paid(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    assert (total(Measure.PAID), total(Measure.FAILED)) == (1, 0)
    report(refund.number, events=["bounced"], steps={"bounced": 3})
    assert (total(Measure.PAID), total(Measure.FAILED), total(Measure.CORRECTION)) == (0, 1, 1)


def test_what_is_withdrawn_is_counted_on_its_day(cast, refund):
    actions.withdraw(refund.number, by=cast.resident)
    today = timezone.localdate()
    assert (total(Measure.WITHDRAWN, day=today), total(Measure.RECEIVED), total(Measure.REVIEW)) == (1, 1, 0)


def test_many_rows_that_change_at_once_are_counted(cast):
    rows = [submitted(cast.resident, office=cast.county, year=year) for year in (2018, 2019, 2020)]
    type(rows[0]).objects.filter(year__gt=2018).update(marks=["again"], warnings=1, taken_by=cast.reviewer)
    waiting = of_queue(cast.reviewer, Queue.REVIEW)
    assert waiting.where(flag=Flag.AGAIN).number == waiting.where(taken_by=cast.reviewer.pk).number == 2
    assert (waiting.where(flag=Flag.WARNINGS, taken=True).number, waiting.where(taken=False).number) == (2, 1)


def test_what_is_due_is_urgent_and_what_is_paused_is_not(cast, refund):
    rows, today = type(refund).objects.filter(pk=refund.pk), timezone.localdate()
    for due, paused, urgency in (
        (today, None, Urgency.SOON),
        (today - timedelta(days=1), None, Urgency.OVERDUE),
        (today - timedelta(days=1), today, Urgency.LATER),
        (today + timedelta(days=60), None, Urgency.LATER),
    ):
        rows.update(due_on=due, paused_on=paused)
        waiting = of_queue(cast.reviewer, Queue.REVIEW)
        assert [(share.urgency, share.earliest) for share in waiting] == [(urgency, due)]


def test_who_looks_after_offices_below_counts_theirs_and_nobody_counts_others(cast, refund):
    numbers = {
        who: of_queue(getattr(cast, who), Queue.REVIEW).number
        for who in ("reviewer", "countersigner", "auditor", "outsider")
    }
    assert numbers == {"reviewer": 1, "countersigner": 1, "auditor": 1, "outsider": 0}


def test_all_queues_are_one_query(cast, refund, django_assert_num_queries):
    with django_assert_num_queries(1):
        of_queues(cast.auditor)


def test_folding_changes_no_number_and_leaves_one_row_of_each(cast, refund):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    before = {measure: total(measure) for measure in Measure}
    fold()
    assert {measure: total(measure) for measure in Measure} == before
    assert sorted(Tally.objects.values_list("measure", "number")) == [
        ("decided", 1), ("paid", 1), ("passed", 1), ("received", 1),
    ]  # fmt: skip
    submitted(cast.resident, office=cast.county, year=2018)
    fold()
    assert list(Tally.objects.filter(measure="received").values_list("number", "folded")) == [(2, True)]


def test_what_was_loaded_past_the_triggers_is_counted_anew(cast, refund):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE refunds_tally SET number = number + 1")
    assert violations() != []
    recount()
    assert violations() == []


@pytest.mark.breaks_on_purpose
def test_without_the_triggers_the_numbers_are_wrong_and_that_is_noticed(cast, refund):
    """The twin."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE pension_pensionrefund DISABLE TRIGGER ALL")
        cursor.execute("UPDATE pension_pensionrefund SET warnings = 1")
    assert any("the numbers of the pages" in one for one in violations())
