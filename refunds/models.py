"""What every refund application shares: its fields, its two state machines (`refunds.machines`), what follows from them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.fields.related_descriptors import ReverseManyToOneDescriptor
from django.db.models.functions import Reverse
from django.utils.functional import cached_property

from accounts.models import Organisation, Person, TaxOffice
from foundation import crypto, masks
from foundation.numbers import account_index
from refunds import schemes
from refunds.constraints import CONSTRAINTS
from refunds.inquiry.models import WrongTry as WrongTry
from refunds.labels import Labels, Links
from refunds.machines import Machines
from refunds.machines import RejectReason as RejectReason
from refunds.parameters.models import CalendarDay as CalendarDay
from refunds.parameters.models import YearAmount as YearAmount
from refunds.people import Parts, People
from refunds.sealing.models import Seal as Seal
from refunds.states import GAVE_WAY, QUEUE_OF, RETURNED, Queue, RefundStatus, ReviewStatus
from refunds.tallies.models import AreaTally as AreaTally
from refunds.tallies.models import Tally as Tally
from refunds.tallies.triggers import TRIGGERS
from refunds.visibility import RefundQuerySet

# Waits for an officer's decision.
OPEN = Q(review_status__in=[ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN])
FROZEN = ~Q(disputed="")
TO_COUNTERSIGN = Q(review_status=ReviewStatus.COUNTERSIGN)
AT_AGENCY = Q(refund_status__in=[RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING, RefundStatus.PAYING])


class RefundApplication(Labels, Links, Machines):
    """退费申请. Amounts in yuan. A scheme's own kind adds what is refunded, and the methods of the last part.

    An application belongs to a person (`applicant`) or to a village (`organisation`), never to both.
    """

    scheme_code: str
    parts: Parts | None = None  # of a batch, once `schemes.with_parts` has counted its people
    events: "ReverseManyToOneDescriptor[Any]"  # its history, in a model of each scheme's own (`refunds.history.track`)

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    number = models.CharField("申请单号", max_length=24, unique=True, null=True)
    # One press of 提交 carries one key, so that a double click or a lost answer cannot apply twice.
    submission_key = models.UUIDField(db_index=True, null=True)
    applicant = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(TaxOffice, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.DecimalField("退费金额", max_digits=12, decimal_places=2)

    # Where the money goes, whatever the scheme asks beside it. Complete once submitted; a draft keeps what was typed so far.
    account_number = crypto.EncryptedField("银行账号", mask=masks.account, index="account_index", null=True)
    account_index = models.BinaryField(max_length=32, db_index=True, null=True)
    account_name = models.CharField("银行账户名称", max_length=80, blank=True)
    bank_code = models.CharField("银行行别", max_length=3, blank=True)
    bank_name = models.CharField(max_length=40, blank=True)
    # Called, never looked for.
    contact_phone = crypto.EncryptedField("联系人电话", mask=masks.phone, null=True)

    # 缴费年度 or 参保年度 of what is refunded.
    year = models.PositiveSmallIntegerField("年度", null=True)
    # 代为发起: what an officer saw and noted when she applied, or acted, for a person at the counter (O-04). Empty otherwise.
    evidence = models.CharField("代为发起依据", max_length=300, blank=True)

    # What the machine noticed when it was submitted, as the queue shows it: how many checks ask for an answer, and codes of marks.
    warnings = models.PositiveSmallIntegerField("系统核对", default=0)
    marks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # 领取: who works on it, and until when nobody else decides it.
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_until = models.DateTimeField("领取到", null=True)
    # 转交: when a 复核人 last gave it to somebody. What its history is written by; to whom, the history says.
    assigned_at = models.DateTimeField("转交时间", null=True)

    # Frozen, and since whose results contradict: its own number, or that of an older application of the same payment.
    disputed = models.CharField(max_length=24, blank=True, db_index=True)

    # 缴费记录有更正: what the ledger says by now against it, in words; and the newest row of the ledger's history it knew when
    # it was submitted.
    corrected = models.CharField("缴费记录更正", max_length=300, blank=True, default="")
    records_seen = models.BigIntegerField(default=0)

    PERSONAL = {
        "corrected": "what the tax core system changed since",
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
        "evidence": "what an officer saw who acted for the person",
        "taken_by": "who works on it",
    }
    IMPERSONAL = (
        "id number submission_key organisation office submitted_at refund_status review_status review_result"
        " reject_reason verified_at decided_at attempt paid_attempt refunded_on disputed"
        " year due_on paused_on moved_on warnings marks taken_until assigned_at records_seen"
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = CONSTRAINTS
        triggers = TRIGGERS
        indexes = [
            # The officers' queues: only what is open, most urgent first, by key.
            models.Index("office", "due_on", "id", name="%(class)s_urgent", condition=OPEN),
            models.Index(
                "taken_by", "due_on", "id", name="%(class)s_taken", condition=OPEN & Q(taken_by__isnull=False)
            ),
            models.Index("office", "due_on", "id", name="%(class)s_at_agency", condition=AT_AGENCY),
            # And of a whole province, whose rows nobody sorts for one page; few of what is open waits for a second officer.
            models.Index("due_on", "id", name="%(class)s_urgent_of_all", condition=OPEN),
            models.Index("due_on", "id", name="%(class)s_at_agency_of_all", condition=AT_AGENCY),
            models.Index("due_on", "id", name="%(class)s_to_countersign", condition=TO_COUNTERSIGN),
            # What is frozen is little, among however many.
            models.Index("due_on", "id", name="%(class)s_frozen", condition=FROZEN),
            # Started on behalf, and the bank could not pay: an officer may have to act.
            models.Index(
                "office",
                "submitted_at",
                "id",
                name="%(class)s_to_act_for",
                condition=Q(refund_status=RefundStatus.PAYMENT_FAILED) & ~Q(evidence=""),
            ),
            models.Index(fields=["office", "-submitted_at", "-id"], name="%(class)s_of_office"),
            # And of a whole province, which is no longer to turn over than a county's.
            models.Index(
                fields=["-submitted_at", "-id"], name="%(class)s_of_all", condition=Q(submitted_at__isnull=False)
            ),
            models.Index(fields=["applicant", "-submitted_at", "-id"], name="%(class)s_of_person"),
            # Whoever calls reads the last digits of the number.
            models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="%(class)s_by_end"),
        ]

    # What follows from the states ------------------------------------------------------------------------------------

    @property
    def queue(self) -> Queue:
        return Queue.DISPUTED if self.disputed else QUEUE_OF[self.refund_status, self.review_status]

    @property
    def can_withdraw(self) -> bool:
        """P3-20: only while 待审核."""
        return bool(self.review_status == ReviewStatus.PENDING)

    @property
    def on_behalf(self) -> bool:
        """代为发起: an officer started it for the person (O-04)."""
        return bool(self.evidence)

    @property
    def can_correct_account(self) -> bool:
        return bool(self.refund_status == RefundStatus.PAYMENT_FAILED and not self.disputed and not self.corrected)

    @property
    def can_apply_again(self) -> bool:
        """Whether whoever applied is led to apply for the same money again."""
        return bool(self.refund_status in RETURNED and not self.disputed and self.reject_reason_id not in GAVE_WAY)

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

    @property
    def account_key(self) -> tuple[object, ...]:
        """Number and name: where both are the same, it is the same account."""
        return bytes(self.account_index or b""), self.account_name

    def set_account(self, account: dict[str, Any]) -> None:
        """Take over a checked account form: number, name, bank, phone. A scheme adds what its own form asks."""
        self.account_number = account["account_number"]
        self.account_index = account_index(account["account_number"])
        self.account_name = account["account_name"]
        self.bank_code, self.bank_name = account["bank"].code, account["bank"].name
        self.contact_phone = account["contact_phone"]

    def set_account_of(self, other: "RefundApplication") -> None:
        """Take over the account and the phone of another application of the same kind."""
        assert other.account_number, "complete once submitted"
        assert other.contact_phone, "complete once submitted"
        self.account_number = other.account_number.reveal("sealed again in the application that takes its place")
        self.contact_phone = other.contact_phone.reveal("sealed again in the application that takes its place")
        self.account_index, self.account_name = other.account_index, other.account_name
        self.bank_code, self.bank_name = other.bank_code, other.bank_name

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

    @classmethod
    def instruction_lines_of(cls, refunds: Collection["RefundApplication"]) -> dict[UUID, list[dict[str, Any]]]:
        """By primary key, one dict per person and payment, as the wire wants it (design.md section 7). However many they are,
        the number of queries is the same."""
        raise NotImplementedError

    def take_record(self) -> None:
        """With its payments held against the feed: they say what was shown, and `records_seen` is what is known of them. Raises
        RecordChanged. Nothing to do where a ledger is never corrected."""

    def claim(self) -> None:
        """Take the payments, so that no second live refund of them can exist. Raises IntegrityError if one does."""
        raise NotImplementedError

    def reclaim(self) -> None:
        """Take all of them again that a decision has let go. Raises IntegrityError, at the latest when it is saved."""
        raise NotImplementedError

    def release(self) -> None:
        """Let the payments go, so that they can be applied for again; saved by whoever calls it."""
        raise NotImplementedError

    def holders(self, among: Collection[str] | None = None) -> list[str]:
        """The numbers of the other applications that hold what this one handed off (of the tickets `among`, if given)."""
        raise NotImplementedError

    def hold(self, among: Collection[str] | None = None) -> None:
        """Take again what was handed off (of the tickets `among`, if given), as far as it is free; saved by whoever calls it."""
        raise NotImplementedError
