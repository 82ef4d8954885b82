"""One payment inside an application of 养老, or inside a draft."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from refunds.models import RejectReason
from refunds.states import LineOutcome, Outcome, RefundStatus, ReviewStatus


class LineQuerySet(models.QuerySet):
    """Lines of applications and of drafts."""

    def submitted(self):
        """Without those that are only chosen in somebody's draft."""
        return self.exclude(refund__review_status=ReviewStatus.DRAFT)


class PensionRefundLine(models.Model):
    """One payment inside an application; `live` while held by it. Written 10,000 at a time: only the constraints' indexes."""

    refund = models.ForeignKey("pension.PensionRefund", models.PROTECT, related_name="lines", db_index=False)
    payment = models.ForeignKey("pension.Payment", models.PROTECT)
    amount = models.DecimalField("缴费金额", max_digits=12, decimal_places=2)
    live = models.BooleanField(default=True)
    # An officer leaves a single person out of a batch: with a reason the clerk reads, until the decision a mark only.
    left_out = models.ForeignKey(RejectReason, models.PROTECT, null=True, related_name="+", db_index=False)
    left_out_remark = models.CharField(max_length=300, blank=True)
    left_out_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=LineOutcome, default=LineOutcome.OPEN, blank=True)
    outcome_reason = models.CharField(max_length=300, blank=True)

    PERSONAL = {
        "payment": "which payment",
        "amount": "how much of it",
        "left_out": "why this person was not passed",
        "left_out_remark": "the officer's words for the clerk",
        "left_out_by": "who is answerable",
        "outcome_reason": "the agency's words for the clerk",
    }
    IMPERSONAL = "id refund live outcome"

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(live=True), name="one_live_refund_per_pension_payment"
            ),
            models.UniqueConstraint(fields=["refund", "payment"], name="one_line_per_payment_and_refund"),
            models.CheckConstraint(name="line_amount_is_positive", condition=Q(amount__gt=0)),
        ]

    @property
    def result(self) -> Outcome:
        """What the clerk reads of this person."""
        if self.refund.refund_status == RefundStatus.NOT_APPLIED:
            return Outcome.WITHDRAWN
        return Outcome.LEFT_OUT if self.not_passed else Outcome(self.outcome or Outcome.OPEN)

    @property
    def outcome_words(self) -> str:
        """Why, where there is something to say."""
        if not self.not_passed:
            return self.outcome_reason
        reason, remark = (
            (self.left_out, self.left_out_remark) if self.left_out else (self.refund.reject_reason, self.refund.remark)
        )
        return "，".join(filter(None, [reason.label if reason else "", remark]))

    @property
    def not_passed(self) -> bool:
        """Left out, or rejected with all others; until the decision a mark is the officer's own business."""
        decided = self.refund.review_status == ReviewStatus.COMPLETED
        return decided and bool(self.left_out_id or self.refund.refund_status == RefundStatus.TAX_RETURNED)
