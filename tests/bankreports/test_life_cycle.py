"""A report is a draft, then submitted, and never changes again; the database holds this when forms are bypassed."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from bankreports import register
from bankreports.codes import FLAGS, Operation, ReportStatus
from bankreports.models import DepositAccountRecord, DepositAccountReport
from bankreports.register import Owner, ReportError
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, in_draft, in_force, record_of, reported, submit

pytestmark = pytest.mark.django_db
TOLD = "这份报告刚刚已经提交"


def test_every_declared_transition_is_walked(resident):
    declared = {
        (str(edge.source), str(edge.target))
        for edge in DepositAccountReport._meta.get_field("status").get_all_transitions(DepositAccountReport)
    }
    before = drafted(resident).report
    after = submit(resident)
    assert {(before.status, after.status)} == declared == {("draft", "submitted")}
    assert (after.pk, after.by) == (before.pk, resident)
    assert abs(timezone.now() - after.submitted_at).total_seconds() < 60


def test_a_submitted_report_is_not_submitted_again(resident):
    drafted(resident)
    report = submit(resident)
    with pytest.raises(TransitionNotAllowed):
        report.submit(by=resident, at=timezone.now())


def test_nobody_sets_a_status_by_hand(resident):
    report = drafted(resident).report
    with pytest.raises(AttributeError):
        report.status = ReportStatus.SUBMITTED


def test_the_next_account_begins_a_new_report_and_the_old_one_stays(resident):
    first = reported(resident)
    report = first.report
    drafted(resident, OTHER_ACCOUNT)
    register.save_heading(Owner.of(resident), {"handler": "别人"}, by=resident)
    submit(resident)
    old = DepositAccountReport.objects.get(pk=report.pk)
    assert (old.handler, old.submitted_at) == (resident.person.name, report.submitted_at)
    assert [record.pk for record in old.records.all()] == [first.pk]
    assert DepositAccountReport.objects.count() == 2


def test_what_a_submitted_report_said_stays_readable_after_a_change(resident):
    first = reported(resident)
    change = record_of(Owner.of(resident), OTHER_ACCOUNT, account=first.account, operation=Operation.CHANGE)
    change.changed_on = date(2026, 2, 1)
    register.keep(Owner.of(resident), change, by=resident)
    submit(resident)
    old = DepositAccountRecord.objects.get(pk=first.pk)
    assert (old.account_number.reveal("in a test"), old.in_force, old.report_id) == (ACCOUNT, False, first.report_id)


def test_a_record_that_was_submitted_meanwhile_is_not_taken_out_of_its_report(resident):
    record = drafted(resident)
    submit(resident)
    record.remark = "从另一个窗口"
    with pytest.raises(ReportError, match=TOLD):
        register.keep(Owner.of(resident), record, by=resident)
    (account,) = in_force(resident)
    assert (account.remark, account.report.status) == ("", ReportStatus.SUBMITTED)
    assert in_draft(resident) == []


def test_an_account_that_was_closed_meanwhile_does_not_come_back(resident):
    owner, account = Owner.of(resident), reported(resident)
    late = record_of(owner, OTHER_ACCOUNT, account=account.account, operation=Operation.CHANGE)
    late.changed_on = date(2026, 2, 1)
    closing = record_of(owner, account=account.account, operation=Operation.CLOSE, closed_on=date(2026, 2, 1))
    register.keep(owner, closing, by=resident)
    submit(resident)
    with pytest.raises(ReportError, match=TOLD):
        register.keep(owner, late, by=resident)
    assert in_force(resident) == []


def test_a_record_removed_meanwhile_is_not_brought_back_by_a_late_save(resident):
    record = drafted(resident)
    register.remove(Owner.of(resident), [record.pk], by=resident)
    with pytest.raises(ReportError):
        register.keep(Owner.of(resident), record, by=resident)
    assert in_draft(resident) == []


def refused(constraint, store):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        store()


@pytest.mark.parametrize("flag", FLAGS)
def test_two_accounts_with_one_mark_are_never_in_force(resident, flag):
    drafted(resident, ACCOUNT, **{flag: True})
    drafted(resident, OTHER_ACCOUNT, **{flag: True})
    with pytest.raises(ReportError, match="同一种账户标识"):
        submit(resident)
    assert in_force(resident) == []
    assert len(in_draft(resident)) == 2
    refused(f"one_account_{flag}_per_owner", lambda: DepositAccountRecord.objects.update(in_force=True))


def test_one_number_is_never_in_force_twice(resident):
    reported(resident)
    drafted(resident)
    with pytest.raises(ReportError, match="同一个账号"):
        submit(resident)
    assert len(in_force(resident)) == 1
    refused("one_account_per_number_and_owner", lambda: DepositAccountRecord.objects.update(in_force=True))


def test_one_account_is_never_in_force_as_two_records(resident):
    account = reported(resident)
    late = drafted(resident, OTHER_ACCOUNT)
    refused(
        "one_record_in_force_per_account",
        lambda: DepositAccountRecord.objects.filter(pk=late.pk).update(account=account.account, in_force=True),
    )


@pytest.mark.parametrize("role", ["resident", "clerk"])
def test_nobody_has_two_drafts(cast, role):
    user = getattr(cast, role)
    drafted(user)
    fields = Owner.of(user).fields
    refused(
        "one_draft_report_per_owner",
        lambda: DepositAccountReport.objects.create(**fields, by=user, handler="x", reported_on=date(2026, 1, 1)),
    )


def test_a_report_belongs_to_one_owner_and_has_a_time_exactly_when_submitted(resident, cast):
    reports = DepositAccountReport.objects.filter(pk=drafted(resident).report_id)
    refused("report_belongs", lambda: reports.update(organisation=cast.clerk.organisation))
    refused("report_belongs", lambda: reports.update(person=None))
    refused("report_is_submitted_at_a_time", lambda: reports.update(submitted_at=timezone.now()))
    refused("report_is_submitted_at_a_time", lambda: reports.update(status=ReportStatus.SUBMITTED))
    refused("report_is_submitted_at_a_time", lambda: reports.update(status="gone"))


def test_a_record_belongs_to_one_owner_and_has_the_days_of_its_operation(resident, cast):
    records = DepositAccountRecord.objects.filter(pk=drafted(resident).pk)
    day = date(2026, 2, 1)
    refused("record_belongs", lambda: records.update(organisation=cast.clerk.organisation))
    refused("record_belongs", lambda: records.update(person=None))
    for wrong in (
        {"changed_on": day}, {"closed_on": day}, {"operation": "change"}, {"operation": "close"}, {"operation": "gone"},
        {"operation": "close", "closed_on": day, "in_force": True}, {"operation": "change", "closed_on": day},
    ):  # fmt: skip
        refused("a_change_and_a_closing_have_their_day", lambda wrong=wrong: records.update(**wrong))


def test_one_report_says_one_thing_of_an_account(resident):
    record = drafted(resident)
    twin = record_of(Owner.of(resident), OTHER_ACCOUNT, account=record.account, report=record.report)
    twin.person, twin.account_index = resident.person, b"x" * 32
    refused("one_record_per_report_and_account", twin.save)


def test_the_number_is_encrypted_and_bound_to_its_row(resident):
    record = drafted(resident)
    row = DepositAccountRecord.objects.values("account_number", "account_index").get()
    assert ACCOUNT.encode() not in bytes(row["account_number"]) + bytes(row["account_index"])
    DepositAccountRecord.objects.filter(pk=record.pk).update(account_number=bytes(reversed(row["account_number"])))
    assert str(DepositAccountRecord.objects.get().account_number) == "******"


@pytest.mark.parametrize("change", [lambda rows: rows.update(handler="别人"), lambda rows: rows.delete()])
def test_the_database_lets_nobody_change_or_delete_a_submitted_report(resident, change):
    account = reported(resident)
    DepositAccountRecord.objects.filter(pk=account.pk).update(in_force=False)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        change(DepositAccountReport.objects.filter(pk=account.report_id))
