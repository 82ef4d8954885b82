"""养老: the ledger of payments, and the refunds of a person's payment or of a village batch."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from accounts.models import Organisation, Person, TaxOffice
from foundation.evidence import outdated
from pension import wire
from pension.codes import APPLICABLE, AccountType, ArrivalStatus, PaymentType
from pension.shares import PensionRefundLine
from pension.village import models as village  # Django finds models here
from refunds import errors
from refunds.history import track
from refunds.models import RefundApplication
from refunds.records import Record, RecordStatus, newest_correction
from refunds.states import ReviewStatus
from refunds.visibility import RefundQuerySet


class PaymentQuerySet(models.QuerySet):
    """Payments, as one may see them."""

    def of_person(self, person_id):
        """All payments for a resident. What a village paid and did not arrive may be refunded by either (P3-22)."""
        return self.filter(person_id=person_id)

    def with_refund(self):
        """Adds `refund_id`: the newest application for the payment, if there is one; what became of its line there; and whether
        any application holds the payment now (`held`)."""
        newest = PensionRefundLine.objects.submitted().filter(payment=OuterRef("pk")).order_by("-id")
        wanted = {
            "refund_id": "refund_id",
            "line_left_out": "left_out",
            "line_outcome": "outcome",
            "line_receipt": "receipt__attempt",
        }
        held = Exists(PensionRefundLine.objects.filter(payment=OuterRef("pk"), live=True))
        return self.annotate(held=held, **{name: Subquery(newest.values(field)[:1]) for name, field in wanted.items()})


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


@outdated(
    fields="person payment_type year month amount period_start period_end organisation record_status arrival_status office"
    " collective original_ticket"
)
class Payment(Record):
    """缴费记录, as the tax core system says it now. Its key is 票证号码; amounts in yuan. What it said before is in its `events`."""

    refund_id: UUID | None  # this and the next ones are what `with_refund()` adds
    line_left_out: str | None
    line_receipt: int | None
    line_outcome: str | None
    held: bool

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
            models.Index("original_ticket", name="pension_payment_replaces", condition=~Q(original_ticket="")),
        ]

    @property
    def is_applicable(self) -> bool:
        """Whether the resident may ask for it herself."""
        return self.stands and self.arrival_status in APPLICABLE


class PensionRefundQuerySet(RefundQuerySet):
    """Refunds of 养老, as one may see them."""

    def of_people(self, people):
        """Batches with one of them, too."""
        lines = PensionRefundLine.objects.filter(live=True, left_out=None, payment__person__in=people)
        return self.filter(Q(applicant__in=people) | Q(pk__in=lines.values("refund")))

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

    def take_record(self):
        # Held against the feed until this is stored: what it corrects, it corrects before or after.
        payments = Payment.objects.order_by("pk").select_for_update(no_key=True, of=("self",))
        if self.is_batch:
            len(payments.filter(pensionrefundline__refund=self).values_list("pk"))
            good = {"amount": F("payment__amount"), "payment__collective": F("refund__collective")}
            lines = self.lines.filter(**good, payment__record_status=RecordStatus.NORMAL)
            as_shown = lines.count() == self.lines.count()
        else:
            known = payments.in_bulk([payment.pk for payment in self._chosen])
            as_shown = all(
                known[shown.pk].stands
                and (known[shown.pk].amount, known[shown.pk].person_id) == (Decimal(shown.amount), shown.person_id)
                for shown in self._chosen
            )
        if not as_shown:
            raise errors.RecordChanged
        self.records_seen = newest_correction(Payment)

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
