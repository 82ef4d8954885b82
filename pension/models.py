"""养老: the ledger of payments, and the refunds of a person's payment or of a village batch."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import Organisation, Person, TaxOffice
from refunds.history import track
from refunds.models import RefundApplication, RefundQuerySet


class PaymentType(models.TextChoices):
    """缴费类型 (P3-22)."""

    PERSONAL = "personal", "个人缴费"
    COLLECTIVE = "collective", "村集体补助"
    HARDSHIP = "hardship", "特殊人群代缴"


class ArrivalStatus(models.TextChoices):
    """到账状态: whether the payment is booked at HRSS (P1-11)."""

    NOT_ARRIVED = "not_arrived", "未到账"
    ARRIVED = "arrived", "已到账"
    ABNORMAL = "abnormal", "异常"


# Only these may be applied for by the resident (P1-11).
APPLICABLE = (ArrivalStatus.NOT_ARRIVED, ArrivalStatus.ABNORMAL)


class PaymentQuerySet(models.QuerySet):
    """Payments, as one may see them."""

    def of_person(self, person_id):
        """A resident's own payments: what a village paid for them is the village's to refund (P3-22)."""
        return self.filter(person_id=person_id, payment_type=PaymentType.PERSONAL)

    def with_refund(self):
        """Adds `refund_id`: the newest application for the payment, if there is one."""
        newest = PensionRefundLine.objects.filter(payment=OuterRef("pk")).order_by("-id")
        return self.annotate(refund_id=Subquery(newest.values("refund_id")[:1]))


class Payment(models.Model):
    """缴费记录, as the tax core system sent it. Its key is 票证号码; amounts in yuan."""

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
    office = models.ForeignKey(TaxOffice, models.PROTECT)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="payment_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payment_period_runs_forward", condition=Q(period_end__gte=F("period_start"))),
            models.CheckConstraint(name="payment_month_is_a_month", condition=Q(month=None) | Q(month__range=(1, 12))),
            models.CheckConstraint(
                name="payment_of_a_village_names_it",
                condition=Q(payment_type=PaymentType.PERSONAL) | Q(organisation__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-year", "-id"]),
            models.Index(
                "organisation", "year", "month", name="payment_of_village", condition=Q(organisation__isnull=False)
            ),
        ]

    @property
    def is_applicable(self) -> bool:
        return self.arrival_status in APPLICABLE


@track
class PensionRefund(RefundApplication):
    """A refund of one payment of a person, or of many payments of a village. What is refunded stands in its lines."""

    scheme_code = "pension"

    objects = RefundQuerySet.as_manager()

    class Meta(RefundApplication.Meta):
        pass

    @classmethod
    def of_payment(cls, payment: Payment) -> "PensionRefund":
        """An unsaved application of a person for one payment, whole (S-06: there are no partial refunds)."""
        refund = cls(applicant_id=payment.person_id, office_id=payment.office_id, amount=payment.amount)
        refund._chosen = [payment]
        return refund

    def claim(self):
        PensionRefundLine.objects.bulk_create(
            PensionRefundLine(refund=self, payment=payment, amount=payment.amount) for payment in self._chosen
        )

    def release(self):
        self.lines.update(live=False)

    def instruction_lines(self):
        lines = self.lines.filter(live=True).select_related("payment__person").order_by("id")
        return [line.as_instruction(position) for position, line in enumerate(lines, start=1)]


class PensionRefundLine(models.Model):
    """One payment inside an application. `live` while the application holds the payment."""

    refund = models.ForeignKey(PensionRefund, models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, models.PROTECT)
    amount = models.DecimalField("缴费金额", max_digits=12, decimal_places=2)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(live=True), name="one_live_refund_per_pension_payment"
            ),
            models.CheckConstraint(name="line_amount_is_positive", condition=Q(amount__gt=0)),
        ]

    def as_instruction(self, position: int) -> dict:
        """The line as the wire wants it, with full numbers (design.md section 7)."""
        payment, person = self.payment, self.payment.person
        return {
            "line": position,
            "ticket_number": payment.ticket_number,
            "name": person.name,
            "id_type": person.id_type,
            "id_number": person.id_number.reveal(),
            "personal_number": payment.personal_number,
            "amount": str(self.amount),
            "period_start": payment.period_start.isoformat(),
            "period_end": payment.period_end.isoformat(),
        }
