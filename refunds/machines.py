"""The two state machines of a refund application (design.md section 4): `refund_status` says where the money is, `review_status`
where the decision is. A transition is short and local; what crosses models is a verb in `refunds.actions`.
"""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from accounts.models import User
from refunds.states import AFTER_THE_DECISION, RefundStatus, ReviewResult, ReviewStatus


class About(models.TextChoices):
    """Which of her answers a reason says was wrong: that one is asked anew when she applies again."""

    ACCOUNT = "account", "收款账户"
    REASON = "reason", "退费理由"


class RejectReason(models.Model):
    """A reason an officer may give for 不通过: a code, the words, what was wrong, and what the applicant does next."""

    code = models.CharField(max_length=20, primary_key=True)
    label = models.CharField("原因", max_length=60)
    next_step = models.CharField("下一步", max_length=200)
    about = models.CharField("填错的内容", max_length=10, choices=About, blank=True, default="")
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    IMPERSONAL = "code label next_step about active position"

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Machines(FSMModelMixin, models.Model):
    """The states of an application, and what its transitions write down."""

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
    submitted_at = models.DateTimeField("申请时间", null=True)
    # By when it should be decided; moved while the clock stands still (design.md section 4).
    due_on = models.DateField("参考时限", null=True)
    paused_on = models.DateField("计时暂停", null=True)
    # Since when 退费状态 is what it is; written by the database alone (`refunds.tallies.triggers`).
    moved_on = models.DateField("状态日期", null=True)

    class Meta:
        abstract = True

    # The machines, in life-cycle order -------------------------------------------------------------------------------

    @transition(refund_status, source=RefundStatus.NOT_APPLIED, target=RefundStatus.APPLIED)
    def submit(self, *, at: datetime, due_on: date) -> None:
        self.submitted_at, self.due_on = at, due_on
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
        source=[
            RefundStatus.APPROVED,
            RefundStatus.AGENCY_PROCESSING,
            RefundStatus.PAYING,
            RefundStatus.PAYMENT_FAILED,
        ],
        target=RefundStatus.TAX_RETURNED,
    )
    def stop(self, *, reason: RejectReason) -> None:
        """撤回移交 or 请求停付: what was passed is not paid, and nobody will."""
        self.reject_reason = reason
        self.agency_reason, self.verified_at = "", None
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

    @transition(
        refund_status,
        source=[RefundStatus.APPROVED, RefundStatus.PAYMENT_FAILED, RefundStatus.REFUNDED],
        target=RefundStatus.TAX_RETURNED,
    )
    def give_way(self, *, reason: RejectReason) -> None:
        """An older application of the same payment is the one that is paid; what this one was paid as well has to come back."""
        self.reject_reason = reason
        self.agency_reason, self.verified_at = "", None
        self.refunded_on = self.paid_attempt = None
        self.fail_review()

    @transition(refund_status, source=RefundStatus.APPROVED, target=RefundStatus.APPROVED)
    def set_apart(self) -> None:
        """An older application of one of its people is the one that is paid: the others are handed off anew, without that person."""
        self.attempt += 1

    @transition(refund_status, source=AFTER_THE_DECISION, target=RETURN_VALUE(*AFTER_THE_DECISION))
    def repair(
        self,
        *,
        to: RefundStatus,
        reason: str,
        on: date | None,
        attempt: int | None,
        why: RejectReason | None = None,
    ) -> RefundStatus:
        """What the agency says of the attempt that holds the money, after a dispute. `on` and `attempt` where it was paid,
        `why` where it is 税务退回."""
        self.agency_reason = reason
        self.refunded_on, self.paid_attempt = on, attempt
        self.reject_reason = why
        if to in (RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING, RefundStatus.TAX_RETURNED):
            self.verified_at = None  # it has not answered, or what it answered counts no more
        if why:
            self.fail_review()
        else:
            self.pass_review()
        return to

    @transition(refund_status, source=[RefundStatus.APPLIED, RefundStatus.NOT_APPLIED], target=RefundStatus.REFUNDED)
    def pay_undone(self, *, on: date, attempt: int, at: datetime, proposed_by: User, by: User) -> None:
        """The decision was taken back, and the agency has paid its handoff all the same: two officers let it stand."""
        self.refunded_on, self.paid_attempt = on, attempt
        self.reviewed_by = proposed_by
        self.stand_by_decision(by=by, at=at)

    @transition(
        review_status,
        source=[ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN, ReviewStatus.WITHDRAWN],
        target=ReviewStatus.COMPLETED,
    )
    def stand_by_decision(self, *, by: User, at: datetime) -> None:
        self.decided_by, self.decided_at = by, at
        self.review_result = ReviewResult.PASSED

    @transition(review_status, source=ReviewStatus.COMPLETED, target=ReviewStatus.COMPLETED)
    def pass_review(self) -> None:
        self.review_result = ReviewResult.PASSED
