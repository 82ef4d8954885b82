"""Two windows, or two clerks, at the same moment: one report, and nothing in it that was not checked."""

import time
from threading import Event

import pytest
from django.db import connection, transaction

from bankreports import register
from bankreports.codes import Operation, ReportStatus
from bankreports.models import DepositAccountRecord, DepositAccountReport
from bankreports.register import Owner, ReportError
from tests.accounts.factories import UserFactory
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, in_draft, in_force, record_of, reported
from tests.conftest import make_cast
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
THIRD_ACCOUNT = "95599000000000017"


@pytest.fixture
def scene():
    cast = make_cast()
    cast.fellow_clerk = UserFactory(clerk=True, organisation=cast.clerk.organisation)
    yield cast
    connection.close_pool()


def told(call):
    """The call, with a refusal as its answer."""

    def answer():
        try:
            return call()
        except ReportError as error:
            return error

    return answer


def adding(user, number, **changes):
    record = record_of(Owner.of(user), number, **changes)
    return told(lambda: register.keep(Owner.of(user), record, by=user))


def submitting(user):
    """What pressing 确认并提交报告 does, for what the check page showed."""
    owner = Owner.of(user)
    seen = register.fingerprint(register.draft_of(owner))
    return told(lambda: register.submit(owner, seen=seen, by=user))


def while_submitting(user, call):
    """The answers of a submission, and of a call that comes after it began and before it is stored."""
    submission, begun = submitting(user), Event()

    def slowly():
        with transaction.atomic():
            report = submission()
            begun.set()
            time.sleep(0.2)
        return report

    def late():
        assert begun.wait(30)
        return call()

    return race(slowly, late)


def submitted_numbers() -> list[str]:
    records = DepositAccountRecord.objects.filter(report__status=ReportStatus.SUBMITTED)
    return sorted(record.account_number.reveal("in a test") for record in records)


def test_a_double_click_is_one_submitted_report(scene):
    drafted(scene.resident)
    race(*[submitting(scene.resident) for _ in range(4)])
    assert DepositAccountReport.objects.get().status == ReportStatus.SUBMITTED
    assert len(in_force(scene.resident)) == 1


def test_two_clerks_submit_one_draft_and_one_report_comes_of_it(scene):
    drafted(scene.clerk)
    race(submitting(scene.clerk), submitting(scene.fellow_clerk))
    assert DepositAccountReport.objects.get().status == ReportStatus.SUBMITTED
    assert submitted_numbers() == [ACCOUNT]


@pytest.mark.parametrize("_round", range(4))
def test_two_first_saves_are_in_one_draft(scene, _round):
    answers = race(adding(scene.resident, ACCOUNT), adding(scene.resident, OTHER_ACCOUNT))
    assert answers == [None, None]
    assert DepositAccountReport.objects.count() == 1
    assert len(in_draft(scene.resident)) == 2


@pytest.mark.parametrize("_round", range(4))
def test_an_account_added_while_submitting_is_never_submitted_unseen(scene, _round):
    drafted(scene.clerk)
    submitted, added = race(submitting(scene.clerk), adding(scene.fellow_clerk, OTHER_ACCOUNT))
    assert added is None
    later = [record.account_number.reveal("in a test") for record in in_draft(scene.clerk)]
    if isinstance(submitted, ReportError):
        assert (submitted_numbers(), later) == ([], [ACCOUNT, OTHER_ACCOUNT])
    else:
        assert (submitted_numbers(), later) == ([ACCOUNT], [OTHER_ACCOUNT])


@pytest.mark.parametrize("_round", range(4))
def test_a_record_edited_while_submitting_is_submitted_as_it_was_checked_or_not_at_all(scene, _round):
    record = drafted(scene.resident)
    record.account_number = OTHER_ACCOUNT
    edit = told(lambda: register.keep(Owner.of(scene.resident), record, by=scene.resident))
    submitted, edited = race(submitting(scene.resident), edit)
    assert isinstance(submitted, ReportError) != isinstance(edited, ReportError)
    numbers = [account.account_number.reveal("in a test") for account in in_force(scene.resident)]
    assert numbers == ([] if isinstance(submitted, ReportError) else [ACCOUNT])
    assert DepositAccountRecord.objects.count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_a_record_deleted_while_submitting_is_gone_or_in_force_and_never_half(scene, _round):
    record = drafted(scene.resident)
    owner = Owner.of(scene.resident)
    submitted, removed = race(
        submitting(scene.resident), lambda: register.remove(owner, [record.pk], by=scene.resident)
    )
    if isinstance(submitted, ReportError):
        assert removed == 1
        assert not DepositAccountRecord.objects.exists()
    else:
        assert removed == 0
        assert submitted_numbers() == [ACCOUNT]
        assert [account.pk for account in in_force(scene.resident)] == [record.pk]


@pytest.mark.parametrize("_round", range(4))
def test_a_heading_saved_while_submitting_never_changes_the_submitted_report(scene, _round):
    drafted(scene.clerk)
    owner = Owner.of(scene.clerk)
    submitted, _draft = race(
        submitting(scene.clerk), lambda: register.save_heading(owner, {"handler": "改"}, by=scene.fellow_clerk)
    )
    if not isinstance(submitted, ReportError):
        assert DepositAccountReport.objects.get(pk=submitted.pk).handler == scene.clerk.person.name


@pytest.mark.parametrize("_round", range(4))
def test_the_same_number_added_in_two_windows_is_never_in_force_twice(scene, _round):
    race(adding(scene.resident, ACCOUNT), adding(scene.resident, ACCOUNT))
    assert isinstance(submitting(scene.resident)(), ReportError) or len(in_draft(scene.resident)) == 0
    assert len(in_force(scene.resident)) <= 1


@pytest.mark.parametrize("_round", range(4))
def test_a_change_and_a_closing_of_one_account_are_one_record(scene, _round):
    account = reported(scene.clerk)
    owner = Owner.of(scene.clerk)

    def keeping(operation, by, **days):
        record = record_of(owner, THIRD_ACCOUNT, account=account.account, operation=operation, **days)
        return told(lambda: register.keep(owner, record, by=by))

    answers = race(
        keeping(Operation.CHANGE, scene.clerk, changed_on="2026-02-01"),
        keeping(Operation.CLOSE, scene.fellow_clerk, closed_on="2026-02-01"),
    )
    assert answers == [None, None]
    assert len(in_draft(scene.clerk)) == 1


def test_a_record_deleted_too_late_stays_in_the_submitted_report(scene):
    record = drafted(scene.resident)
    owner = Owner.of(scene.resident)
    _report, removed = while_submitting(scene.resident, lambda: register.remove(owner, [record.pk], by=scene.resident))
    assert removed == 0
    assert [account.pk for account in in_force(scene.resident)] == [record.pk]


def test_a_record_edited_too_late_stays_as_it_was_submitted(scene):
    record = drafted(scene.resident)
    record.account_number = OTHER_ACCOUNT
    owner = Owner.of(scene.resident)
    report, edited = while_submitting(scene.resident, told(lambda: register.keep(owner, record, by=scene.resident)))
    assert isinstance(edited, ReportError)
    (account,) = in_force(scene.resident)
    assert (account.report, account.account_number.reveal("in a test")) == (report, ACCOUNT)


def test_an_account_added_too_late_begins_the_next_report(scene):
    drafted(scene.resident)
    report, added = while_submitting(scene.resident, adding(scene.resident, OTHER_ACCOUNT))
    assert added is None
    assert submitted_numbers() == [ACCOUNT]
    assert [record.report == report for record in in_draft(scene.resident)] == [False]


def test_a_heading_saved_too_late_begins_the_next_report(scene):
    drafted(scene.clerk)
    owner = Owner.of(scene.clerk)
    report, later = while_submitting(
        scene.clerk, lambda: register.save_heading(owner, {"handler": "改"}, by=scene.fellow_clerk)
    )
    report.refresh_from_db()
    assert (report.handler, later.handler) == (scene.clerk.person.name, "改")
    assert report.pk != later.pk
