"""养老: the ledger of payments, and the refunds of a person's payment or of a village batch."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from accounts.models import Organisation, Person, TaxOffice, User
from pension import wire
from pension.codes import APPLICABLE, AccountType, ArrivalStatus, PaymentType
from pension.village import models as village  # Django finds models here
from refunds.history import track
from refunds.models import RefundApplication, RejectReason
from refunds.states import LineOutcome, Outcome, RefundStatus, ReviewStatus
from refunds.visibility import RefundQuerySet


class PaymentQuerySet(models.QuerySet):
    """Payments, as one may see them."""

    def of_person(self, person_id):
        """All payments for a resident. What a village paid and did not arrive may be refunded by either (P3-22)."""
        return self.filter(person_id=person_id)

    def with_refund(self):
        """Adds `refund_id`: the newest application for the payment, if there is one; and what became of its line there."""
        newest = PensionRefundLine.objects.submitted().filter(payment=OuterRef("pk")).order_by("-id")
        wanted = {
            "refund_id": "refund_id",
            "line_left_out": "left_out",
            "line_outcome": "outcome",
            "line_receipt": "receipt__attempt",
        }
        return self.annotate(**{name: Subquery(newest.values(field)[:1]) for name, field in wanted.items()})


class CollectivePayment(village.Numbers, models.Model):
    """One payment of a village or unit for many members: a row of the clerk's list (P3-03). Made by the feed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    payment_type = models.CharField("缴费类型", max_length=12, choices=PaymentType)
    year = models.PositiveSmallIntegerField("缴费年度")
    month = models.PositiveSmallIntegerField("缴费月份", null=True)
    period_start = models.DateField("所属期起")
    period_end = models.DateField("所属期止")

    IMPERSONAL = "id organisation payment_type year month period_start period_end"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "payment_type", "year", "month", "period_start", "period_end"],
                nulls_distinct=False,
                name="one_row_per_collective_payment",
            ),
            models.CheckConstraint(
                name="only_two_types_are_collective",
                condition=Q(payment_type__in=[PaymentType.COLLECTIVE, PaymentType.HARDSHIP]),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-year", "-id"])]


class Payment(models.Model):
    """缴费记录, as the tax core system sent it. Its key is 票证号码; amounts in yuan."""

    refund_id: UUID | None  # this and the next ones are what `with_refund()` adds
    line_left_out: str | None
    line_receipt: int | None
    line_outcome: str | None

    ticket_number = models.CharField("票证号码", max_length=40, unique=True)
    person = models.ForeignKey(Person, models.PROTECT)
    personal_number = models.CharField("个人编号", max_length=30, blank=True)
    payment_type = models.CharField("缴费类型", max_length=12, choices=PaymentType)
    year = models.PositiveSmallIntegerField("缴费年度")
    month = models.PositiveSmallIntegerField("缴费月份", null=True)
    amount = models.DecimalField("缴费金额", max_digits=12, decimal_places=2)
    period_start = models.DateField("税款所属期起")
    period_end = models.DateField("税款所属期止")
    paid_on = models.DateField("缴费日期")
    channel = models.CharField("缴费渠道", max_length=30)
    arrival_status = models.CharField("到账状态", max_length=12, choices=ArrivalStatus)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    collective = models.ForeignKey(CollectivePayment, models.PROTECT, null=True, related_name="payments")
    office = models.ForeignKey(TaxOffice, models.PROTECT)

    PERSONAL = {
        "person": "whose payment",
        "personal_number": "the agency's number of the person, in the instruction",
        "payment_type": "who may ask for it back",
        "year": "which year is refunded",
        "month": "which payment of that year",
        "amount": "how much is refunded",
        "period_start": "what was insured",
        "period_end": "what was insured",
        "paid_on": "evidence of the payment",
        "channel": "where it was paid",
        "arrival_status": "whether it may be refunded",
        "organisation": "which village paid",
        "collective": "which payment of the village it is part of",
        "office": "which office decides",
        "ticket_number": "the key of the payment",
    }
    IMPERSONAL = "id"

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="payment_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payment_period_runs_forward", condition=Q(period_end__gte=F("period_start"))),
            models.CheckConstraint(name="payment_month_is_a_month", condition=Q(month=None) | Q(month__range=(1, 12))),
            models.CheckConstraint(
                name="payment_of_a_village_is_part_of_one",
                condition=Q(payment_type=PaymentType.PERSONAL, collective=None)
                | (~Q(payment_type=PaymentType.PERSONAL) & Q(organisation__isnull=False, collective__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-year", "-id"]),
            models.Index("collective", "id", name="payment_of_collective", condition=Q(collective__isnull=False)),
        ]

    @property
    def is_applicable(self) -> bool:
        return self.arrival_status in APPLICABLE


class PensionRefundQuerySet(RefundQuerySet):
    """Refunds of 养老, as one may see them."""

    def drafts_of(self, user):
        """Those with somebody in them: an empty one is nothing to go on with."""
        return super().drafts_of(user).filter(Exists(PensionRefundLine.objects.filter(refund=OuterRef("pk"))))


@track
class PensionRefund(RefundApplication):
    """A refund of one payment of a person, or of many payments of a village. What is refunded stands in its lines."""

    scheme_code = "pension"
    # What is typed of an account in plain words; a draft keeps it as it is typed.
    TYPED = ("account_type", "account_name", "contact_name")
    _chosen: list[Payment]  # of an application that is not stored yet

    # A village batch refunds members of this one payment.
    collective = models.ForeignKey(CollectivePayment, models.PROTECT, null=True, related_name="refunds")
    people_count = models.PositiveIntegerField("退费人数", default=1)
    account_type = models.CharField("账户类型", max_length=10, choices=AccountType, blank=True)
    contact_name = models.CharField("联系人名称", max_length=80, blank=True)

    PERSONAL = {"account_type": "how the bank pays", "contact_name": "whom to call"}
    IMPERSONAL = "collective people_count"

    objects: ClassVar = PensionRefundQuerySet.as_manager()

    class Meta(RefundApplication.Meta):
        constraints = [
            *RefundApplication.Meta.constraints,
            models.CheckConstraint(
                name="batch_belongs_to_a_village",
                condition=Q(organisation=None, collective=None)
                | Q(organisation__isnull=False, collective__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["collective"],
                condition=Q(review_status=ReviewStatus.DRAFT),
                name="one_draft_per_collective_payment",
            ),
        ]

    @property
    def is_batch(self) -> bool:
        return self.collective_id is not None

    @classmethod
    def of_payment(cls, payment: Payment) -> "PensionRefund":
        """An unsaved application of a person for one payment, whole (S-06: there are no partial refunds)."""
        refund = cls(
            applicant_id=payment.person_id, office_id=payment.office_id, amount=payment.amount, year=payment.year
        )
        refund._chosen = [payment]
        return refund

    def set_account(self, account):
        super().set_account(account)
        for name in self.TYPED:
            setattr(self, name, account[name])

    def payee(self):
        kind = self.get_account_type_display()
        return {**super().payee(), "account_kind": kind, "contact_name": self.contact_name}

    def payment_keys(self):
        return set(self.lines.values_list("payment_id", flat=True))

    @classmethod
    def instruction_lines_of(cls, refunds):
        return wire.instruction_lines(PensionRefundLine.objects.filter(refund__in=refunds, live=True))

    def claim(self):
        if self.is_batch:
            self.lines.update(live=True)
            return
        PensionRefundLine.objects.bulk_create(
            PensionRefundLine(refund=self, payment=payment, amount=payment.amount) for payment in self._chosen
        )

    def reclaim(self):
        self.lines.filter(live=False).update(live=True)

    def release(self):
        self.lines.filter(live=True).update(live=False)

    def holders(self, among=None):
        return sorted(set(self._let_go(among)[1].values_list("refund__number", flat=True).distinct()) - {None})

    def hold(self, among=None):
        free, held = self._let_go(among)
        free.exclude(payment__in=held.values("payment")).update(live=True)

    def _let_go(self, among):
        """The lines that were handed off and are not live any more, and those of others that have their payments."""
        chosen = {} if among is None else {"payment__ticket_number__in": among}
        gone = self.lines.filter(live=False, left_out=None, **chosen)
        return gone, PensionRefundLine.objects.filter(live=True, payment__in=gone.values("payment"))


class LineQuerySet(models.QuerySet):
    """Lines of applications and of drafts."""

    def submitted(self):
        """Without those that are only chosen in somebody's draft."""
        return self.exclude(refund__review_status=ReviewStatus.DRAFT)


class PensionRefundLine(models.Model):
    """One payment inside an application; `live` while held by it. Written 10,000 at a time: only the constraints' indexes."""

    refund = models.ForeignKey(PensionRefund, models.PROTECT, related_name="lines", db_index=False)
    payment = models.ForeignKey(Payment, models.PROTECT)
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
