"""工伤, a third scheme that lives in the tests only: the ledger of payments, and the refund of one of them."""

from django.db import models
from django.db.models import Q

from accounts.models import Person, TaxOffice
from foundation.evidence import outdated
from refunds.history import track
from refunds.models import RefundApplication
from refunds.records import Record
from refunds.records.single import take_record
from refunds.visibility import RefundQuerySet


@outdated(fields="person year amount period_start period_end record_status office original_ticket")
class InjuryPayment(Record):
    """缴费记录. Its key is 票证号码; amounts in yuan."""

    ticket_number = models.CharField("票证号码", max_length=40, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("缴费年度")
    amount = models.DecimalField("缴费金额", max_digits=12, decimal_places=2)
    period_start = models.DateField("费款所属期起")
    period_end = models.DateField("费款所属期止")
    paid_on = models.DateField("缴费日期")
    channel = models.CharField("缴费渠道", max_length=30)
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+")

    PERSONAL = {
        "ticket_number": "the key of the payment",
        "person": "whose payment",
        "year": "which year is refunded",
        "amount": "how much is refunded",
        "period_start": "what was insured",
        "period_end": "what was insured",
        "paid_on": "evidence of the payment",
        "channel": "where it was paid",
        "office": "which office decides",
    }
    IMPERSONAL = "id"

    class Meta:
        constraints = [models.CheckConstraint(name="injury_payment_is_positive", condition=Q(amount__gt=0))]


@track
class InjuryRefund(RefundApplication):
    """A refund of one payment, whole."""

    scheme_code = "injury"

    payment = models.ForeignKey(InjuryPayment, models.PROTECT, related_name="refunds")

    # Whether the payment is taken by this application.
    holds = models.BooleanField(default=True)

    PERSONAL = {"payment": "which payment"}
    IMPERSONAL = "holds"

    objects = RefundQuerySet.as_manager()

    class Meta(RefundApplication.Meta):
        constraints = [
            *RefundApplication.Meta.constraints,
            models.UniqueConstraint(
                fields=["payment"], condition=Q(holds=True), name="one_live_refund_per_injury_payment"
            ),
        ]

    @classmethod
    def of_payment(cls, payment):
        """An unsaved application of its person."""
        return cls(
            applicant_id=payment.person_id,
            office_id=payment.office_id,
            amount=payment.amount,
            payment=payment,
            year=payment.year,
        )

    def payee(self):
        return {**super().payee(), "account_kind": "储蓄账户", "contact_name": self.payee_name}

    def payment_keys(self):
        return {self.payment_id}

    @classmethod
    def instruction_lines_of(cls, refunds):
        models.prefetch_related_objects(list(refunds), "payment", "applicant")
        return {refund.pk: refund.lines() for refund in refunds}

    def lines(self):
        payment, person = self.payment, self.applicant
        return [
            {
                "line": 1,
                "ticket_number": payment.ticket_number,
                "name": person.name,
                "id_type": person.id_type,
                "id_number": person.id_number.reveal("the agency finds the person by number"),
                "personal_number": "",
                "amount": str(self.amount),
                "period_start": payment.period_start.isoformat(),
                "period_end": payment.period_end.isoformat(),
            }
        ]

    def take_record(self):
        take_record(self, owner=lambda payment: payment.person_id)

    def claim(self):
        """It was stored holding its payment."""

    def reclaim(self):
        self.holds = True

    def release(self):
        self.holds = False

    def holders(self, among=None):
        others = InjuryRefund.objects.filter(payment=self.payment_id, holds=True).exclude(pk=self.pk)
        return list(others.values_list("number", flat=True))

    def hold(self, among=None):
        self.holds = not self.holders()
