"""What every refund application shares: its fields and its two state machines.

The machines (design.md section 4): `refund_status` says where the money is, `review_status` where the decision is.
A transition is short and local; what crosses models is a verb in `refunds.actions`.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.related_descriptors import ReverseManyToOneDescriptor
from django.utils.functional import cached_property
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from accounts.models import Organisation, Person, TaxOffice, User
from foundation import crypto, masks
from foundation.numbers import account_index
from refunds import schemes
from refunds.constraints import CONSTRAINTS
from refunds.labels import Labels, Links
from refunds.people import People
from refunds.states import AFTER_THE_DECISION, QUEUE_OF, Queue, RefundStatus, ReviewResult, ReviewStatus
from refunds.visibility import RefundQuerySet


class RejectReason(models.Model):
    """A reason an officer may give for 不通过: a code, the words, and what the applicant does next."""

    code = models.CharField(max_length=20, primary_key=True)
    label = models.CharField("原因", max_length=60)
    next_step = models.CharField("下一步", max_length=200)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    IMPERSONAL = "code label next_step active position"

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class RefundApplication(Labels, Links, FSMModelMixin, models.Model):
    """退费申请. Amounts in yuan. A scheme's own kind adds what is refunded, and the methods of the last part.

    An application belongs to a person (`applicant`) or to a village (`organisation`), never to both.
    """

    scheme_code: str
    events: "ReverseManyToOneDescriptor[Any]"  # its history, in a model of each scheme's own (`refunds.history.track`)

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    number = models.CharField("申请单号", max_length=24, unique=True, null=True)
    # One press of 提交 carries one key, so that a double click or a lost answer cannot apply twice.
    submission_key = models.UUIDField(db_index=True, null=True)
    applicant = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("申请时间", null=True)
    amount = models.DecimalField("退费金额", max_digits=12, decimal_places=2)

    # Where the money goes, whatever the scheme asks beside it. Complete once submitted; a draft keeps what was typed so far.
    account_number = crypto.EncryptedField("银行账号", mask=masks.account, index="account_index", null=True)
    account_index = models.BinaryField(max_length=32, db_index=True, null=True)
    account_name = models.CharField("银行账户名称", max_length=80, blank=True)
    bank_code = models.CharField("银行行别", max_length=3, blank=True)
    bank_name = models.CharField(max_length=40, blank=True)
    # Called, never looked for.
    contact_phone = crypto.EncryptedField("联系人电话", mask=masks.phone, null=True)

    refund_status = FSMField("退费状态", default=RefundStatus.NOT_APPLIED, protected=True, max_length=20)
    review_status = FSMField("审核状态", default=ReviewStatus.DRAFT, protected=True, max_length=15)
    review_result = models.CharField(
        "审核结果", max_length=10, choices=ReviewResult, default=ReviewResult.NONE, blank=True
    )

    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reject_reason = models.ForeignKey(RejectReason, models.PROTECT, null=True, related_name="+")
    remark = models.CharField("审核意见", max_length=300, blank=True)
    agency_reason = models.CharField("社保部门意见", max_length=300, blank=True)
    # When the agency answered the current attempt, by its own clock; unknown until it says so.
    verified_at = models.DateTimeField("社保部门核验时间", null=True)
    # Until when whoever decided may take it back; counted from here.
    decided_at = models.DateTimeField("审核时间", null=True)
    # Each handoff of this application is one attempt; `<number>-<attempt>` is its instruction id.
    attempt = models.PositiveSmallIntegerField(default=1)
    # That which the bank paid: an earlier one may be paid after all.
    paid_attempt = models.PositiveSmallIntegerField(null=True)
    refunded_on = models.DateField("退费日期", null=True)
    # Frozen, and since whose results contradict: its own number, or that of an older application of the same payment.
    disputed = models.CharField(max_length=24, blank=True, db_index=True)

    PERSONAL = {
        "applicant": "whose application",
        "submitted_by": "who pressed 提交; may not decide it",
        "amount": "how much",
        "account_number": "where the money goes",
        "account_index": "one account used by several people is noticed",
        "account_name": "must be the payee's own name",
        "bank_code": "where the money goes",
        "bank_name": "where the money goes",
        "contact_phone": "whom to call",
        "reviewed_by": "two persons above the limit",
        "decided_by": "who is answerable",
        "remark": "the officer's words for the applicant",
        "agency_reason": "the agency's words for the applicant",
    }
    IMPERSONAL = (
        "id number submission_key organisation office submitted_at refund_status review_status review_result"
        " reject_reason verified_at decided_at attempt paid_attempt refunded_on disputed"
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = CONSTRAINTS
        indexes = [
            # The officers' queues: only what is open, oldest first, by key.
            models.Index(
                "office",
                "submitted_at",
                "id",
                name="%(class)s_open",
                condition=Q(review_status__in=[ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN]),
            ),
            models.Index(
                "office",
                "submitted_at",
                "id",
                name="%(class)s_at_agency",
                condition=Q(
                    refund_status__in=[RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING, RefundStatus.PAYING]
                ),
            ),
            models.Index(fields=["office", "-submitted_at", "-id"], name="%(class)s_of_office"),
            models.Index(fields=["applicant", "-submitted_at", "-id"], name="%(class)s_of_person"),
        ]

    # The machines, in life-cycle order -------------------------------------------------------------------------------

    @transition(refund_status, source=RefundStatus.NOT_APPLIED, target=RefundStatus.APPLIED)
    def submit(self, *, at: datetime) -> None:
        self.submitted_at = at
        self.open_review()

    @transition(review_status, source=ReviewStatus.DRAFT, target=ReviewStatus.PENDING)
    def open_review(self) -> None:
        pass

    @transition(refund_status, source=RefundStatus.APPLIED, target=RefundStatus.NOT_APPLIED)
    def withdraw(self) -> None:
        self.end_review_by_applicant()

    @transition(review_status, source=ReviewStatus.PENDING, target=ReviewStatus.WITHDRAWN)
    def end_review_by_applicant(self) -> None:
        pass

    @transition(review_status, source=ReviewStatus.PENDING, target=ReviewStatus.COUNTERSIGN)
    def refer(self, *, by: User, at: datetime) -> None:
        self.reviewed_by, self.decided_at = by, at

    @transition(review_status, source=ReviewStatus.COUNTERSIGN, target=ReviewStatus.PENDING)
    def send_back(self, *, remark: str) -> None:
        self.reviewed_by = None
        self.remark = remark

    @transition(review_status, source=ReviewStatus.COUNTERSIGN, target=ReviewStatus.PENDING)
    def undo_referral(self) -> None:
        self.reviewed_by = self.decided_at = None

    @transition(refund_status, source=RefundStatus.APPLIED, target=RefundStatus.APPROVED)
    def approve(self, *, by: User, at: datetime) -> None:
        self.complete_review(by=by, at=at, result=ReviewResult.PASSED)

    @transition(refund_status, source=RefundStatus.APPLIED, target=RefundStatus.APPROVED)
    def countersign(self, *, by: User, at: datetime) -> None:
        self.complete_review(by=by, at=at, result=ReviewResult.PASSED)

    @transition(refund_status, source=RefundStatus.APPLIED, target=RefundStatus.TAX_RETURNED)
    def reject(self, *, by: User, at: datetime, reason: RejectReason, remark: str) -> None:
        self.reject_reason = reason
        self.remark = remark
        self.complete_review(by=by, at=at, result=ReviewResult.FAILED)

    @transition(review_status, source=[ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN], target=ReviewStatus.COMPLETED)
    def complete_review(self, *, by: User, at: datetime, result: ReviewResult) -> None:
        self.decided_by, self.decided_at = by, at
        self.review_result = result

    @transition(refund_status, source=[RefundStatus.APPROVED, RefundStatus.TAX_RETURNED], target=RefundStatus.APPLIED)
    def undo(self) -> None:
        """The decision is taken back; the next handoff, if one comes, has a number of its own."""
        self.attempt += self.refund_status == RefundStatus.APPROVED
        self.reject_reason, self.remark = None, ""
        self.reopen_review()

    @transition(
        review_status,
        source=ReviewStatus.COMPLETED,
        target=RETURN_VALUE(ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN),
    )
    def reopen_review(self) -> ReviewStatus:
        self.decided_by = self.decided_at = None
        self.review_result = ReviewResult.NONE
        return ReviewStatus.COUNTERSIGN if self.reviewed_by_id else ReviewStatus.PENDING

    @transition(refund_status, source=RefundStatus.APPROVED, target=RefundStatus.AGENCY_PROCESSING)
    def acknowledge(self) -> None:
        pass

    @transition(
        refund_status,
        source=[RefundStatus.AGENCY_PROCESSING, RefundStatus.PAYING],
        target=RefundStatus.AGENCY_RETURNED,
    )
    def refuse(self, *, reason: str) -> None:
        self.agency_reason = reason

    @transition(refund_status, source=RefundStatus.AGENCY_PROCESSING, target=RefundStatus.PAYING)
    def accept(self) -> None:
        pass

    @transition(
        refund_status,
        source=[RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING, RefundStatus.PAYING],
        target=RefundStatus.TAX_RETURNED,
    )
    def stop(self, *, reason: RejectReason) -> None:
        """撤回移交 or 请求停付: what was passed is not paid, and nobody will."""
        self.reject_reason = reason
        self.verified_at = None
        self.fail_review()

    @transition(review_status, source=ReviewStatus.COMPLETED, target=ReviewStatus.COMPLETED)
    def fail_review(self) -> None:
        self.review_result = ReviewResult.FAILED

    @transition(refund_status, source=RefundStatus.PAYING, target=RefundStatus.REFUNDED)
    def pay(self, *, on: date, attempt: int) -> None:
        self.refunded_on, self.paid_attempt = on, attempt

    @transition(refund_status, source=RefundStatus.PAYING, target=RefundStatus.PAYMENT_FAILED)
    def bounce(self, *, reason: str) -> None:
        self.agency_reason = reason

    @transition(refund_status, source=RefundStatus.REFUNDED, target=RefundStatus.PAYMENT_FAILED)
    def return_payment(self, *, reason: str) -> None:
        """银行退汇: it was paid, and it came back."""
        self.agency_reason = reason
        self.refunded_on = self.paid_attempt = None

    @transition(
        refund_status, source=[RefundStatus.PAYMENT_FAILED, RefundStatus.APPROVED], target=RefundStatus.REFUNDED
    )
    def pay_after_all(self, *, on: date, attempt: int) -> None:
        self.agency_reason = ""
        self.refunded_on, self.paid_attempt = on, attempt

    @transition(refund_status, source=RefundStatus.PAYMENT_FAILED, target=RefundStatus.APPROVED)
    def correct_account(self) -> None:
        self.agency_reason = ""
        self.verified_at = None
        self.attempt += 1

    @transition(refund_status, source=AFTER_THE_DECISION, target=RETURN_VALUE(*AFTER_THE_DECISION))
    def repair(self, *, to: RefundStatus, reason: str, on: date | None, attempt: int | None) -> RefundStatus:
        """What the agency says of the attempt that holds the money, after a dispute. `on` and `attempt` where it was paid."""
        self.agency_reason = reason
        self.refunded_on, self.paid_attempt = on, attempt
        self.reject_reason = None
        if to in (RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING):
            self.verified_at = None  # it has not answered
        self.pass_review()
        return to

    @transition(review_status, source=ReviewStatus.COMPLETED, target=ReviewStatus.COMPLETED)
    def pass_review(self) -> None:
        self.review_result = ReviewResult.PASSED

    # What follows from the states ------------------------------------------------------------------------------------

    @property
    def queue(self) -> Queue:
        return Queue.DISPUTED if self.disputed else QUEUE_OF[self.refund_status, self.review_status]

    @property
    def can_withdraw(self) -> bool:
        """P3-20: only while 待审核."""
        return bool(self.review_status == ReviewStatus.PENDING)

    @property
    def can_correct_account(self) -> bool:
        return bool(self.refund_status == RefundStatus.PAYMENT_FAILED and not self.disputed)

    # What every refund knows about itself ----------------------------------------------------------------------------

    @property
    def scheme(self) -> schemes.Scheme:
        return schemes.get(self.scheme_code)

    @cached_property
    def people(self) -> People:
        """Who it is for: one person, or everybody in a batch."""
        return self.scheme.people(self)

    @property
    def instruction_id(self) -> str:
        """The name of the current handoff, the same however often it is sent (design.md section 7)."""
        return f"{self.number}-{self.attempt}"

    @property
    def payee_name(self) -> str:
        """Whose money it is: the person, or the village."""
        payee = self.applicant or self.organisation
        assert payee is not None, "it belongs to a person or to a village"
        return payee.name

    def set_account(self, account: dict[str, Any]) -> None:
        """Take over a checked account form: number, name, bank, phone. A scheme adds what its own form asks."""
        self.account_number = account["account_number"]
        self.account_index = account_index(account["account_number"])
        self.account_name = account["account_name"]
        self.bank_code, self.bank_name = account["bank"].code, account["bank"].name
        self.contact_phone = account["contact_phone"]

    def set_payee(self, payee: dict[str, str]) -> None:
        """Take over where the money really went, as `payee()` once said it."""
        self.account_number, self.account_name = payee["account_number"], payee["account_name"]
        self.account_index = account_index(payee["account_number"])
        self.bank_code, _space, self.bank_name = payee["bank"].partition(" ")

    def payee(self) -> dict[str, str]:
        """Where the money goes, for the wire, with full numbers. A scheme adds `account_kind` and `contact_name`."""
        assert self.account_number, "complete once submitted"
        assert self.contact_phone, "complete once submitted"
        return {
            "account_number": self.account_number.reveal("the agency pays to the account"),
            "account_name": self.account_name,
            "bank": f"{self.bank_code} {self.bank_name}",
            "contact_phone": self.contact_phone.reveal("the agency calls this phone"),
        }

    def concerns(self, person: Person) -> bool:
        """Whether a person may not decide: it is hers, she submitted it, or she acts for the village it belongs to."""
        own = person.pk == self.submitted_by.person_id or self.people.include(person)
        return own or bool(self.organisation_id and person.accounts.filter(organisation=self.organisation_id).exists())

    # What a scheme adds, for the database and for the wire --------------------------------------------------------------

    def payment_keys(self) -> set[int]:
        """The primary keys of the payments it refunds."""
        raise NotImplementedError

    def instruction_lines(self) -> list[dict[str, Any]]:
        """One dict per person and payment, as the wire wants it (design.md section 7)."""
        raise NotImplementedError

    def claim(self) -> None:
        """Take the payments, so that no second live refund of them can exist. Raises IntegrityError if one does."""
        raise NotImplementedError

    def reclaim(self) -> None:
        """Take all of them again that a decision has let go. Raises IntegrityError, at the latest when it is saved."""
        raise NotImplementedError

    def release(self) -> None:
        """Let the payments go, so that they can be applied for again; saved by whoever calls it."""
        raise NotImplementedError

    def hold(self, among: Collection[str] | None = None) -> list[str]:
        """Take again what was handed off (of the tickets `among`, if given), as far as it is free; the numbers of the
        applications that have the rest."""
        raise NotImplementedError
