"""医保: enrolments, the ledger of payments, and the refunds of a person's payment."""

from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import Person, TaxOffice
from bankreports.models import Division
from foundation.evidence import outdated
from medical import wire
from refunds.history import track
from refunds.models import RefundApplication
from refunds.records import Record
from refunds.records.single import take_record


class Enrolment(models.Model):
    """参保登记: a person at an agency. Somebody who moved, or is insured twice, has several (M2-01)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    agency_code = models.CharField("社保经办机构代码", max_length=20)
    agency_name = models.CharField("社保经办机构名称", max_length=80)
    social_number = models.CharField("社保编码", max_length=30)

    PERSONAL = {
        "person": "whose enrolment",
        "agency_code": "which agency insures the person",
        "agency_name": "which agency insures the person",
        "social_number": "the agency's number of the person, in the instruction",
    }
    IMPERSONAL = "id"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_code", "social_number"], name="one_enrolment_per_agency_and_social_number"
            ),
        ]

    def __str__(self):
        return self.agency_name


class PaymentQuerySet(models.QuerySet):
    """Payments, as one may see them."""

    def of_person(self, person_id):
        """All payments of a resident, in all her enrolments."""
        return self.filter(enrolment__person_id=person_id)

    def with_refund(self):
        """Adds `refund_id`: the newest application for the payment, if there is one."""
        newest = MedicalRefund.objects.filter(payment=OuterRef("pk"), submitted_at__isnull=False).order_by("-id")
        return self.annotate(refund_id=Subquery(newest.values("pk")[:1]))


@outdated(
    fields="enrolment year medical_amount care_amount period_start period_end record_status office original_ticket"
)
class Payment(Record):
    """缴费记录, as the tax core system says it now. Its key is 票证号码; amounts in yuan (M2-06). What it said before is in its
    `events`."""

    # What `with_refund()` adds.
    refund_id: UUID | None

    ticket_number = models.CharField("票证号码", max_length=40, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="payments", db_index=False)
    year = models.PositiveSmallIntegerField("参保年度")
    item_name = models.CharField("征收项目名称", max_length=60)
    medical_amount = models.DecimalField("医疗金额", max_digits=12, decimal_places=2)
    # Null where 长期护理保险 is not collected with it.
    care_amount = models.DecimalField("长护金额", max_digits=12, decimal_places=2, null=True)
    period_start = models.DateField("费款所属期起")
    period_end = models.DateField("费款所属期止")
    paid_on = models.DateField("缴费发生日期")
    channel = models.CharField("缴费渠道", max_length=30)
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+")

    PERSONAL = {
        "ticket_number": "the key of the payment",
        "enrolment": "whose payment, at which agency",
        "year": "which year is refunded",
        "item_name": "what was paid for",
        "medical_amount": "how much is refunded",
        "care_amount": "how much is refunded",
        "period_start": "what was insured",
        "period_end": "what was insured",
        "paid_on": "evidence of the payment",
        "channel": "where it was paid",
        "office": "which office decides",
    }
    IMPERSONAL = "id"

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="medical_payment_amounts_are_positive",
                condition=Q(medical_amount__gt=0) & (Q(care_amount=None) | Q(care_amount__gt=0)),
            ),
            models.CheckConstraint(
                name="medical_payment_period_runs_forward", condition=Q(period_end__gte=F("period_start"))
            ),
        ]
        indexes = [
            models.Index(fields=["enrolment", "-year", "-id"]),
            models.Index("original_ticket", name="medical_payment_replaces", condition=~Q(original_ticket="")),
        ]

    @property
    def amount(self) -> Decimal:
        """退费金额 = 医疗金额 + 长护金额 (M2-06)."""
        return self.medical_amount + (self.care_amount or 0)


class RefundReason(models.Model):
    """退费理由: a code and its words (domain.md B5, I-48). `needs_words` where the words alone would say nothing."""

    code = models.CharField(max_length=20, primary_key=True)
    label = models.CharField("退费理由", max_length=60)
    needs_words = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    IMPERSONAL = "code label needs_words active position"

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.label


@track
class MedicalRefund(RefundApplication):
    """A refund of one payment, whole (S-06), to a reported account. What the report said then is kept here."""

    scheme_code = "medical"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", db_index=False)
    account_kind = models.CharField("账户性质", max_length=40)
    branch = models.CharField("开户银行", max_length=100)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="开户行所在地")
    reason = models.ForeignKey(RefundReason, models.PROTECT, related_name="+", verbose_name="退费理由")
    reason_words = models.CharField("退费理由说明", max_length=200, blank=True)
    # Whether the payment is taken by this application.
    holds = models.BooleanField(default=True)

    PERSONAL = {
        "payment": "which payment",
        "account_kind": "how the bank pays",
        "branch": "where the money goes",
        "division": "where the money goes",
        "reason": "why it is asked for",
        "reason_words": "why it is asked for; no numbers in it",
    }
    IMPERSONAL = "holds"

    class Meta(RefundApplication.Meta):
        constraints = [
            *RefundApplication.Meta.constraints,
            models.UniqueConstraint(
                fields=["payment"], condition=Q(holds=True), name="one_live_refund_per_medical_payment"
            ),
        ]
        indexes = [*RefundApplication.Meta.indexes, models.Index(fields=["payment", "-id"], name="medical_refunds_of")]

    @classmethod
    def of_payment(cls, payment: Payment) -> "MedicalRefund":
        """An unsaved application of the payment's person."""
        person = payment.enrolment.person_id
        return cls(
            applicant_id=person,
            office_id=payment.office_id,
            amount=payment.amount,
            payment=payment,
            year=payment.year,
        )

    @property
    def reason_text(self) -> str:
        """退费理由 in one line."""
        return "：".join(filter(None, [self.reason.label, self.reason_words]))

    @property
    def account_key(self):
        """A reported account that was put right in the report is another one."""
        return (*super().account_key, self.bank_code, self.account_kind, self.branch, self.division_id)

    def set_account(self, account):
        """Take over a reported account (`record`) and 办理人电话."""
        record = account["record"]
        super().set_account(
            {
                "account_number": record.account_number.reveal("sealed again in the application"),
                "account_name": record.account_name,
                "bank": record.bank_class,
                "contact_phone": account["contact_phone"],
            }
        )
        self.account_kind, self.branch, self.division = record.account_kind.name, record.branch, record.division

    def payee(self):
        return {
            **super().payee(),
            "account_kind": self.account_kind,
            "branch": self.branch,
            "division": f"{self.division_id} {self.division.place}",
            "contact_name": self.payee_name,
        }

    def payment_keys(self):
        return {self.payment_id}

    @classmethod
    def instruction_lines_of(cls, refunds):
        models.prefetch_related_objects(list(refunds), "payment__enrolment", "applicant")
        return {refund.pk: [wire.instruction_line(refund)] for refund in refunds}

    def take_record(self):
        take_record(self, owner=lambda payment: payment.enrolment.person_id)

    def claim(self):
        """It was stored holding its payment."""

    def reclaim(self):
        self.holds = True

    def release(self):
        self.holds = False

    def holders(self, among=None):
        others = MedicalRefund.objects.filter(payment=self.payment_id, holds=True).exclude(pk=self.pk)
        return list(others.values_list("number", flat=True))

    def hold(self, among=None):
        self.holds = not self.holders()
