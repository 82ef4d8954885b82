"""Where money goes: the 社会保险费缴费人存款账户账号报告, and the code tables it is filled in with.

A report is a document: a draft that its owner works on, then submitted and never changed. Each of its records says
what becomes of one account (新增, 变更, 注销); the record `in_force` is what the account is now.
"""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Organisation, Person, User
from bankreports.codes import FLAGS, Currency, Operation, ReportStatus
from foundation import crypto, masks


class Bank(models.Model):
    """银行行别 (CNAPS bank class, table DM_GY_YHHB; domain.md B2). `verified` marks codes seen on a real bank number; one that is
    not `active` is not offered any more, and stays where it was chosen.
    """

    code = models.CharField("银行行别代码", max_length=3, primary_key=True)
    name = models.CharField("银行行别", max_length=40)
    short_name = models.CharField("银行类别", max_length=20)
    verified = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    IMPERSONAL = "code name short_name verified position active"

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class AccountKind(models.Model):
    """账户性质 (table DM_GY_YHZHXZ; domain.md B1). Codes that are not `verified` are this portal's own, until known."""

    code = models.CharField("账户性质代码", max_length=4, primary_key=True)
    name = models.CharField("账户性质", max_length=40)
    for_residents = models.BooleanField(default=False)
    for_units = models.BooleanField(default=False)
    # 银行开户登记证号 is asked of units that have such an account (I-24).
    has_certificate = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    IMPERSONAL = "code name for_residents for_units has_certificate verified position"

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Division(models.Model):
    """行政区划 of 湖北省 (GB/T 2260; domain.md B4): the province, its cities, and the counties."""

    code = models.CharField("行政区划代码", max_length=6, primary_key=True)
    name = models.CharField("行政区划", max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    IMPERSONAL = "code name parent"

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """鄂州市, or 鄂州市华容区: as 开户行所在地 (M1-13)."""
        if self.parent_id == "420000" or self.parent is None:
            return self.name
        return f"{self.parent.name}{self.name}"

    @property
    def label(self) -> str:
        """湖北省(鄂州市): as 行政区划 of a record (M1-10)."""
        return f"湖北省({self.place})" if self.parent_id else self.name


class Branch(models.Model):
    """A known 开户银行. There is no open list, so others may be typed and are pointed out to the officer (domain.md B2)."""

    name = models.CharField("开户银行", max_length=100, unique=True)
    bank_class = models.ForeignKey(Bank, models.PROTECT)
    division = models.ForeignKey(Division, models.PROTECT)

    IMPERSONAL = "id name bank_class division"

    def __str__(self) -> str:
        return self.name


OWNED_BY_ONE = Q(person__isnull=False, organisation=None) | Q(person=None, organisation__isnull=False)


class DepositAccountReport(FSMModelMixin, models.Model):
    """存款账户账号报告 (M2-09). 经办人 is who files it, and need not be the payee (I-26). Once submitted it is evidence."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    status = FSMField(default=ReportStatus.DRAFT, choices=ReportStatus, protected=True, max_length=10)
    handler = models.CharField("经办人", max_length=80)
    reported_on = models.DateField("报告日期")
    address = models.CharField("经营地址", max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    # Of the draft and what is in it; a draft that nobody goes on with comes to its end.
    changed_at = models.DateTimeField(default=timezone.now)

    PERSONAL = {
        "person": "whose accounts",
        "handler": "who filed it; need not be the payee",
        "address": "asked by the form of the tax bureau; optional",
        "by": "who pressed 提交",
    }
    IMPERSONAL = "id organisation status reported_on submitted_at changed_at"

    class Meta:
        constraints = [
            models.CheckConstraint(name="report_belongs_to_person_or_village", condition=OWNED_BY_ONE),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(status=ReportStatus.DRAFT),
                nulls_distinct=False,
                name="one_draft_report_per_owner",
            ),
            models.CheckConstraint(
                name="report_is_submitted_at_a_time",
                condition=Q(status=ReportStatus.DRAFT, submitted_at=None)
                | Q(status=ReportStatus.SUBMITTED, submitted_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="submitted_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=ReportStatus.SUBMITTED),
            )
        ]

    @transition(status, source=ReportStatus.DRAFT, target=ReportStatus.SUBMITTED)
    def submit(self, *, by: User, at: datetime) -> None:
        self.by = by
        self.submitted_at = at


class DepositAccountRecord(models.Model):
    """One line of a report (M2-09, M1-07). `account` is the same in all records of one account."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    report = models.ForeignKey(DepositAccountReport, models.CASCADE, related_name="records")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    account = models.UUIDField(default=uuid.uuid4)
    operation = models.CharField("操作类型", max_length=6, choices=Operation)
    account_kind = models.ForeignKey(AccountKind, models.PROTECT, verbose_name="账户性质")
    certificate_number = models.CharField("银行开户登记证号", max_length=30, blank=True)
    issued_on = models.DateField("发放日期")
    division = models.ForeignKey(Division, models.PROTECT, verbose_name="行政区划")
    bank_class = models.ForeignKey(Bank, models.PROTECT, verbose_name="银行行别")
    branch = models.CharField("开户银行", max_length=100)
    account_name = models.CharField("账户名称", max_length=80)
    account_number = crypto.EncryptedField("账号", mask=masks.account, index="account_index")
    account_index = models.BinaryField(max_length=32)
    currency = models.CharField("币种", max_length=3, choices=Currency, default=Currency.CNY)
    pays_tax = models.BooleanField(FLAGS["pays_tax"])
    takes_refund = models.BooleanField(FLAGS["takes_refund"])
    takes_export_refund = models.BooleanField(FLAGS["takes_export_refund"])
    opened_on = models.DateField("开户日期")
    changed_on = models.DateField("变更日期", null=True)
    closed_on = models.DateField("注销日期", null=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    in_force = models.BooleanField(default=False)

    PERSONAL = {
        "person": "whose account",
        "account_kind": "what kind of account the bank pays to",
        "certificate_number": "the licence of a unit's account",
        "issued_on": "when the bank issued it",
        "division": "where the bank is",
        "bank_class": "which bank pays out",
        "branch": "which branch pays out",
        "account_name": "must be the payee's own name",
        "account_number": "where refunds go",
        "account_index": "the same account is not reported twice",
        "currency": "refunds are paid in yuan",
        "pays_tax": "what the account is for",
        "takes_refund": "which account refunds go to first",
        "takes_export_refund": "what the account is for",
        "opened_on": "since when it can be paid to",
        "changed_on": "since when it is another",
        "closed_on": "until when it can be paid to",
        "remark": "the owner's own note",
    }
    IMPERSONAL = "id report organisation account operation in_force"

    class Meta:
        constraints = [
            models.CheckConstraint(name="record_belongs_to_person_or_village", condition=OWNED_BY_ONE),
            models.UniqueConstraint(fields=["report", "account"], name="one_record_per_report_and_account"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(in_force=True), name="one_record_in_force_per_account"
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "account_index"],
                condition=Q(in_force=True),
                nulls_distinct=False,
                name="one_account_per_number_and_owner",
            ),
            *(
                models.UniqueConstraint(
                    fields=["person", "organisation"],
                    condition=Q(("in_force", True), (flag, True)),
                    nulls_distinct=False,
                    name=f"one_account_{flag}_per_owner",
                )
                for flag in FLAGS
            ),
            models.CheckConstraint(
                name="a_change_and_a_closing_have_their_day",
                condition=Q(operation=Operation.ADD, changed_on=None, closed_on=None)
                | Q(operation=Operation.CHANGE, changed_on__isnull=False, closed_on=None)
                | Q(operation=Operation.CLOSE, closed_on__isnull=False, in_force=False),
            ),
        ]

    @property
    def short(self) -> str:
        """What tells it from the owner's other accounts: the bank and the last four digits."""
        return f"{self.bank_class.name} {self.account_number}"
