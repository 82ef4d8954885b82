"""The queries that look for what must never be (reliability.md section 2), tried on databases where it is."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection

import handoff.invariants
import inbox.invariants
import refunds.invariants
from foundation.promises import snapshot
from handoff.models import Callback
from handoff.tasks import defer_apply
from refunds import actions, schemes
from refunds_portal import invariants
from tests.house import brought
from tests.house.canaries import canary
from tests.house.source import ROOT
from tests.invariants import violations
from tests.reports import report

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_on_purpose]
UNGUARDED = "ALTER TABLE {refunds} DISABLE TRIGGER ALL; "
# How each promise is broken for an application that was paid.
BREAKS = {
    "the states of an application fit together": (
        "ALTER TABLE {refunds} DROP CONSTRAINT {model}_states_fit_together; UPDATE {refunds} SET review_status = 'pending'"
    ),
    "退费状态 has moved along declared edges only": (
        "ALTER TABLE {refunds} DROP CONSTRAINT {model}_states_fit_together; UPDATE {refunds} SET refund_status = 'applied'"
    ),
    "审核状态 has moved along declared edges only": (
        "ALTER TABLE {refunds} DROP CONSTRAINT {model}_states_fit_together; UPDATE {refunds} SET review_status = 'withdrawn'"
    ),
    "the newest history row is the present": UNGUARDED + "UPDATE {refunds} SET attempt = 3",
    "an application has its 退费日期 exactly when it was paid": UNGUARDED + "UPDATE {refunds} SET refunded_on = NULL",
    "the agency's reason stands only where it refused or the bank failed": (
        "UPDATE {refunds} SET agency_reason = '户名不符'"
    ),
    "whose death was reported since 通过 is said on what is not paid yet": UNGUARDED
    + "UPDATE {refunds} SET refund_status = 'paying'; UPDATE accounts_person SET deceased_on = '2020-01-01'",
    "the applicant, who submitted it, who reviewed and who decided it are different people": (
        "UPDATE {refunds} SET decided_by_id = submitted_by_id"
    ),
    "a decision has somebody who is answerable, and one above the limit has two": (
        "UPDATE {refunds} SET decided_by_id = NULL"
    ),
    "the numbers of the pages are those of the applications": "UPDATE refunds_tally SET number = number + 1",
    "the numbers of an office and all beneath it are those of the offices": ("UPDATE refunds_tally SET folded = true"),
    "every history row says who did what": (
        "SET LOCAL pghistory.context_metadata = ''; UPDATE {refunds} SET attempt = 4"
    ),
    "history is written, and never changed, by the triggers of its tables": (
        "ALTER TABLE {history} DISABLE TRIGGER ALL"
    ),
    "nothing is handed off that was not approved, and nothing to another agency": (
        "UPDATE handoff_delivery SET agency = 'nobody'"
    ),
    "application and delivery say the same": "UPDATE handoff_delivery SET status = 'refused'",
    "what was approved waits or was handed off, and what was handed off is in flight, paid or failed, to the fen": (
        "UPDATE handoff_delivery SET status = 'lost'"
    ),
    "an approved application has exactly the deliveries of its attempts": "DELETE FROM handoff_delivery",
    "a delivery is named after one of the attempts of its application": (
        "UPDATE handoff_delivery SET instruction_id = number || '-9'"
    ),
    "no attempt beside the one that counts holds any money, or a person has it back": (
        "UPDATE {refunds} SET attempt = 2, paid_attempt = 2"
    ),
    "an application names the attempt that was paid exactly when it was paid": "UPDATE {refunds} SET paid_attempt = NULL",
    "a delivery is frozen exactly while its application is disputed": "UPDATE handoff_delivery SET frozen = true",
    "what is disputed has somebody to settle it": "UPDATE {refunds} SET disputed = number",
    "社保部门核验时间 is the agency's own word": "UPDATE {refunds} SET verified_at = now()",
    "what was done is told to the one who applied": "DELETE FROM inbox_sms; DELETE FROM inbox_message WHERE kind = 'pay'",
    "what was taken back is sent to no phone": (
        "UPDATE inbox_message SET taken_back_at = '2020-01-01'; UPDATE inbox_sms SET state = 'sent', left_at = now()"
    ),
    "what is told was done": "UPDATE inbox_message SET event = 0 WHERE kind = 'pay'",
}
OLD = "ALTER TABLE handoff_callback DISABLE TRIGGER ALL; UPDATE handoff_callback SET received_at = now() - interval '1 hour', "
BREAKS_OF_THE_WHOLE = {
    "every delivery is of an application": "UPDATE handoff_delivery SET number = 'YL0'",
    "what is to be sent has a job that sends it": (
        "UPDATE handoff_delivery SET status = 'waiting', created_at = now() - interval '1 hour'; "
        "DELETE FROM procrastinate_jobs"
    ),
    "every message was applied, or a job will apply it, or a person was told that none could": OLD
    + "applied_at = NULL",
    "every message that was applied shows in its delivery, or a person was told why not": (
        "UPDATE handoff_delivery SET status = 'refused'"
    ),
    "money is numeric(12, 2), and nothing is a float": (
        "ALTER TABLE handoff_reconciliation ALTER COLUMN paid_amount TYPE numeric(14, 4)"
    ),
}


@pytest.fixture(params=schemes.every(), ids=lambda scheme: scheme.code)
def scheme(request):
    return request.param


@pytest.fixture
def paid(cast, scheme):
    """An application that was approved and paid."""
    refund = brought.of(scheme, "canaries").apply(canary(1), cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    assert violations(with_structure=True) == []
    return refund


def do(sql: str, scheme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql.format(model=scheme.model._meta.model_name, **refunds.invariants.names_of(scheme)))


def said(promise: str, scope: str, capsys) -> None:
    """The command names the promise, and leaves with 1."""
    with pytest.raises(CommandError) as error:
        call_command("check_invariants")
    assert error.value.returncode == 1
    assert re.search(rf"^I\d+ {scope}: {re.escape(promise)}: \S+", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("promise", BREAKS)
def test_each_promise_that_is_broken_is_named_by_the_command(paid, scheme, promise, capsys):
    do(BREAKS[promise], scheme)
    said(promise, scheme.code, capsys)


@pytest.mark.parametrize("promise", BREAKS_OF_THE_WHOLE)
def test_each_promise_of_the_portal_that_is_broken_is_named_by_the_command(paid, scheme, promise, capsys):
    do(BREAKS_OF_THE_WHOLE[promise], scheme)
    said(promise, "portal", capsys)


def test_each_promise_has_been_broken_once():
    everything = (
        *refunds.invariants.PROMISES,
        *handoff.invariants.OF_EVERY_SCHEME,
        *inbox.invariants.OF_EVERY_SCHEME,
    )
    assert {promise.words for promise in everything} == BREAKS.keys()
    assert {
        promise.words for promise in (*handoff.invariants.OF_THE_WHOLE, invariants.MONEY)
    } == BREAKS_OF_THE_WHOLE.keys()


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        ("reviewed_by_id = NULL", "a decision has somebody who is answerable, and one above the limit has two"),
        (
            "decided_by_id = reviewed_by_id",
            "the applicant, who submitted it, who reviewed and who decided it are different people",
        ),
    ],
)
def test_above_the_limit_two_officers_are_asked_for(cast, scheme, settings, broken, promise, capsys):
    settings.COUNTERSIGN_LIMIT = "0.01"
    refund = brought.of(scheme, "canaries").apply(canary(1), cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    actions.countersign(refund.number, by=cast.countersigner)
    assert violations() == []
    do(f"UPDATE {{refunds}} SET {broken}", scheme)
    said(promise, scheme.code, capsys)


def test_what_a_job_will_do_breaks_nothing_however_old_it_is(paid, scheme):
    """The twin: with its job lost it would."""
    do(OLD + "applied_at = NULL", scheme)
    assert violations() != []
    defer_apply(Callback.objects.get())
    assert violations() == []


def test_all_is_well_in_one_line(paid, capsys):
    call_command("check_invariants")
    assert re.fullmatch(r"所有承诺都成立（\d+ 条）。\n", capsys.readouterr().out)


def test_the_command_shows_the_first_numbers_and_how_many_there_are(cast, scheme, capsys):
    apply = brought.of(scheme, "canaries").apply
    for digit in range(25):
        apply(canary(digit), cast.county)
    do("UPDATE {refunds} SET refunded_on = now()", scheme)
    with pytest.raises(CommandError):
        call_command("check_invariants")
    line = next(line for line in capsys.readouterr().out.splitlines() if "退费日期" in line)
    assert (line.count(scheme.prefix), line.endswith("等 25 个")) == (20, True)


def test_every_promise_is_about_something_that_can_be_shown(scheme):
    """An application number, as a rule; or a table, a column, a sum. Never a 票证号码 or a name."""
    shown = ("r.number", "h.number", "d.number", "c.instruction_id", "w.place", "c.table_name", "concat_ws('")
    promises = [promise for scope in invariants.scopes() for promise in scope.promises]
    assert [promise.words for promise in promises if not promise.broken_by.split()[1].startswith(shown)] == []


def test_every_invariant_of_the_document_has_a_query_but_the_one_about_pages():
    held = set(re.findall(r"^\| (I\d+) \|", (ROOT / "docs" / "reliability.md").read_text(), re.MULTILINE))
    asked = {promise.number for scope in invariants.scopes() for promise in scope.promises}
    assert held - asked == {"I11"}
    assert asked <= held


@pytest.mark.django_db(transaction=True)
def test_the_promises_are_read_from_one_moment_and_nothing_is_written():
    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        with pytest.raises(InternalError, match="read-only transaction"):
            cursor.execute("DELETE FROM handoff_callback")
