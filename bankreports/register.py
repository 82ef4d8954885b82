"""The accounts of an owner, and everything that changes them: the draft of a report, and its submission.

A change locks the draft first, so two tabs, or two clerks of one village, wait for each other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Organisation, Person, User
from bankreports.codes import Currency, Operation, ReportStatus
from bankreports.models import DepositAccountRecord, DepositAccountReport
from foundation import crypto
from foundation.crypto import Sealed
from foundation.numbers import account_index

# More accounts than anybody has; a bound for the page.
MOST_ACCOUNTS = 30
# Of what was reported before, so many of the newest lines are listed.
MOST_PAST = 200


class ReportError(Exception):
    """Why a report cannot go on, as a sentence its owner may read."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Owner:
    """Whose accounts: a person's or a village's."""

    one: Person | Organisation

    @classmethod
    def of(cls, user: User) -> "Owner":
        """The one for whom this user acts: only a clerk has an organisation."""
        return cls(user.organisation or user.person)

    @property
    def person(self) -> Person | None:
        return self.one if isinstance(self.one, Person) else None

    @property
    def organisation(self) -> Organisation | None:
        return self.one if isinstance(self.one, Organisation) else None

    @property
    def is_unit(self) -> bool:
        return isinstance(self.one, Organisation)

    @property
    def name(self) -> str:
        return self.one.name

    @property
    def number(self) -> str | Sealed:
        """纳税人识别号; of a person it prints as its mask."""
        return self.one.tax_number if isinstance(self.one, Organisation) else self.one.id_number

    @property
    def fields(self) -> dict[str, Any]:
        return {"person": self.person, "organisation": self.organisation}


@dataclass(frozen=True)
class Line:
    """One row of the report page: a record of the draft, or an account in force that the draft leaves alone."""

    record: DepositAccountRecord
    drafted: bool


@dataclass(frozen=True)
class Past:
    """The reports made before, each with its records, and the accounts that were 注销; `is_cut` where there are still older ones."""

    reports: list[tuple[DepositAccountReport, list[DepositAccountRecord]]]
    closed: list[DepositAccountRecord]
    is_cut: bool


def in_force(owner: Owner) -> QuerySet[DepositAccountRecord]:
    """The accounts as they are now, the one marked for refunds first."""
    records = DepositAccountRecord.objects.filter(in_force=True, **owner.fields)
    return _told(records).order_by("-takes_refund", "id")


def usable(person: Person) -> QuerySet[DepositAccountRecord]:
    """Accounts a refund can go to: submitted, not closed, in yuan."""
    return in_force(Owner(person)).filter(currency=Currency.CNY)


def usable_of(people: Collection[UUID | None]) -> QuerySet[DepositAccountRecord]:
    """Those of any number of people, by their keys."""
    return DepositAccountRecord.objects.filter(in_force=True, currency=Currency.CNY, person__in=people)


def draft_of(owner: Owner) -> DepositAccountReport | None:
    """What the owner has 暂存, if anything."""
    return DepositAccountReport.objects.filter(status=ReportStatus.DRAFT, **owner.fields).first()


def drafted(report: DepositAccountReport | None) -> list[DepositAccountRecord]:
    """The records of a draft, oldest first."""
    return list(_told(report.records.all()).order_by("id")) if report else []


def lines(owner: Owner, report: DepositAccountReport | None) -> list[Line]:
    """Everything the report page shows: the draft over the accounts in force."""
    records = drafted(report)
    replaced = {record.account for record in records}
    kept = [record for record in in_force(owner)[:MOST_ACCOUNTS] if record.account not in replaced]
    return [*(Line(record, True) for record in records), *(Line(record, False) for record in kept)]


def past(owner: Owner, kept: Collection[DepositAccountRecord]) -> Past:
    """What was reported before, in one query; `kept` are the accounts that are shown as they are now."""
    records = DepositAccountRecord.objects.filter(report__status=ReportStatus.SUBMITTED, **owner.fields)
    newest = list(
        records.select_related("report", "bank_class").order_by("-report__submitted_at", "id")[: MOST_PAST + 1]
    )
    reports = [(report, list(said)) for report, said in groupby(newest, key=attrgetter("report"))]
    is_cut = len(newest) > MOST_PAST
    again = {bytes(record.account_index) for record in kept}
    closed = [one for one in newest if one.operation == Operation.CLOSE and bytes(one.account_index) not in again]
    return Past(reports[:-1] if is_cut else reports, closed, is_cut)


def others(owner: Owner, account: UUID) -> list[DepositAccountRecord]:
    """The owner's accounts beside `account`, as they will be once the draft is submitted."""
    shown = [line.record for line in lines(owner, draft_of(owner))]
    return [record for record in shown if record.account != account and record.operation != Operation.CLOSE]


@transaction.atomic
def keep(owner: Owner, record: DepositAccountRecord, *, by: User) -> None:
    """保存 (M1-10): put a record into the draft, in place of what the draft said of its account. Raises ReportError."""
    report = _locked_draft(owner, by=by)
    if not _still_there(owner, report, record):
        raise ReportError(
            "这份报告刚刚已经提交，或这个账户刚刚被删除或注销（可能是在另一个窗口，或由同事操作）。请返回报告页面核对后再修改。"
        )
    if record.operation == Operation.ADD and len(others(owner, record.account)) >= MOST_ACCOUNTS:
        raise ReportError(f"最多报告 {MOST_ACCOUNTS} 个账户。请先注销或删除不再使用的账户，再继续添加。")
    report.records.filter(account=record.account).exclude(pk=record.pk).delete()
    if report.records.exclude(pk=record.pk).count() >= MOST_ACCOUNTS:
        raise ReportError(f"一份报告最多填写 {MOST_ACCOUNTS} 个账户。请先提交这一份，再继续添加。")
    record.report = report
    record.person, record.organisation = owner.person, owner.organisation
    record.account_index = account_index(record.account_number.reveal("its blind index is made of it"))
    record.save()


@transaction.atomic
def remove(owner: Owner, records: list[UUID], *, by: User) -> int:
    """删除: take records out of the draft; how many. An account in force is closed by 注销, not deleted."""
    report = _lock(owner)
    if report is None:
        return 0
    _touch(report)
    return report.records.filter(pk__in=records).delete()[0]


@transaction.atomic
def save_heading(owner: Owner, heading: dict[str, Any], *, by: User) -> DepositAccountReport:
    """暂存: keep 经办人, 报告日期 and 经营地址 in the draft."""
    report = _locked_draft(owner, by=by)
    for name, value in heading.items():
        setattr(report, name, value)
    report.save(update_fields=list(heading))
    return report


def fingerprint(report: DepositAccountReport) -> str:
    """Of everything in the draft: what was checked is what is submitted."""
    said = [
        [
            record.account_number.reveal("what was checked is what is submitted; a keyed hash"),
            *(str(getattr(record, field.attname)) for field in _STORED),
        ]
        for record in drafted(report)
    ]
    heading = [report.handler, str(report.reported_on), report.address]
    return crypto.blind_index(repr((heading, said)), purpose="bankreport").hex()


@transaction.atomic
def submit(owner: Owner, *, seen: str, by: User) -> DepositAccountReport:
    """提交 (M1-11): the draft becomes the report, and its accounts are usable at once. Raises ReportError."""
    report = _lock(owner)
    if report is None and (done := _last(owner)) and fingerprint(done) == seen:
        return done  # pressed twice
    records = drafted(report)
    if report is None or not records:
        raise ReportError("没有待提交的账户。请先填写账户，或对已提交的账户点【变更】。")
    if fingerprint(report) != seen:
        raise ReportError("这份报告在您核对之后又有改动（可能是在另一个窗口，或由同事修改）。请重新核对后再提交。")
    report.submit(by=by, at=timezone.now())
    report.save()
    touched = DepositAccountRecord.objects.filter(account__in=[record.account for record in records], **owner.fields)
    try:
        with transaction.atomic():
            touched.filter(in_force=True).update(in_force=False)
            report.records.exclude(operation=Operation.CLOSE).update(in_force=True)
    except IntegrityError as error:
        # The form has looked; only a report submitted from elsewhere meanwhile comes this far.
        raise ReportError("同一个账号或同一种账户标识已经有了。请返回修改后再提交。") from error
    return report


_STORED = [
    field
    for field in DepositAccountRecord._meta.concrete_fields
    if field.name not in ("id", "report", "account_number", "account_index", "in_force")
]


def _told(records: QuerySet[DepositAccountRecord]) -> QuerySet[DepositAccountRecord]:
    return records.select_related("account_kind", "bank_class", "division__parent")


def _locked_draft(owner: Owner, *, by: User) -> DepositAccountReport:
    today = timezone.localdate()
    start = {"handler": by.person.name, "reported_on": today, "by": by}
    report, new = DepositAccountReport.objects.filter(status=ReportStatus.DRAFT).get_or_create(
        **owner.fields, defaults=start
    )
    locked = DepositAccountReport.objects.select_for_update().filter(pk=report.pk, status=ReportStatus.DRAFT).first()
    if locked is None:  # submitted while it was waited for: what comes now begins the next report
        return _locked_draft(owner, by=by)
    if not new:
        _touch(locked)
    return locked


def _touch(report: DepositAccountReport) -> None:
    """Somebody goes on with the draft."""
    report.changed_at = timezone.now()
    report.save(update_fields=["changed_at"])


def _lock(owner: Owner) -> DepositAccountReport | None:
    """The draft, locked; None when there is none, or no longer."""
    return DepositAccountReport.objects.select_for_update().filter(status=ReportStatus.DRAFT, **owner.fields).first()


def _last(owner: Owner) -> DepositAccountReport | None:
    """What was submitted last."""
    submitted = DepositAccountReport.objects.filter(status=ReportStatus.SUBMITTED, **owner.fields)
    return submitted.order_by("-submitted_at").first()


def _still_there(owner: Owner, report: DepositAccountReport, record: DepositAccountRecord) -> bool:
    """Whether what the record edits, changes or closes is still where its page found it."""
    if not record._state.adding and not report.records.filter(pk=record.pk).exists():
        return False
    return record.operation == Operation.ADD or in_force(owner).filter(account=record.account).exists()
