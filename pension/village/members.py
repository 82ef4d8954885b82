"""The people of a batch: who is left out, and what an officer sees of them: totals, search, marks of the machine (O-06)."""

from decimal import Decimal
from functools import cached_property

from django.db import connection
from django.db.models import Count, F, Q, Sum, Window
from django.db.models.functions import RowNumber

from accounts import seeking
from foundation import crypto
from pension.lines import LinePeople
from pension.models import Payment, PensionRefundLine
from pension.village import drafts
from pension.village.lists import naming
from pension.village.lists.forms import NamesForm
from refunds.people import LEFT_OUT, Batch, Excluded, Matching, Member, Share, Totals
from refunds.states import LineOutcome, Outcome, ReviewResult, ReviewStatus

# What the machine notices. Another refund counts for the same 缴费年度 only: villages pay every year, and a refund of
# last year would mark everybody. So does one of the ticket whose place this one takes, of whichever year. It counts as long as it holds
# its payment, paid out or not.
MARKS = {
    "corrected": "缴费记录有更正",
    "deceased": "有死亡日期",
    "other": "同年度另有退费",
    "twice": "批内重复",
    "amount": "金额与多数人不同",
}
# Of the account, which is the village's, and of what has arrived, which a village may have back (I-15).
UNFIT_REASONS = frozenset({"account_name", "account_closed", "arrived"})
# How many reasons the clerk's words are shown for, and how many names with each.
REASONS, NAMES = 12, 3
# Why somebody is out again whom nobody left out a second time.
NOT_HANDED_OFF = "other"
ANSWERS = {outcome.value: outcome.label for outcome in (Outcome.PAID, Outcome.RETURNED, Outcome.OPEN)}

# One row for each line that has a mark. Each step is one pass over the batch, or one look into an index for each person,
# whatever the planner knows about tables that were filled a minute ago.
MARKED = """
    WITH line AS MATERIALIZED (
        SELECT l.id, l.amount, p.person_id, p.original_ticket, count(*) OVER (PARTITION BY p.person_id) AS times,
            who.deceased_on IS NOT NULL AS deceased, EXISTS (
                SELECT FROM pension_paymentevent e WHERE e.pgh_obj_id = p.id AND e.pgh_id > %(seen)s
                AND (e.amount, e.person_id, e.record_status, e.collective_id)
                    IS DISTINCT FROM (p.amount, p.person_id, p.record_status, p.collective_id) OFFSET 0) AS corrected
        FROM pension_pensionrefundline l JOIN pension_payment p ON p.id = l.payment_id
        JOIN accounts_person who ON who.id = p.person_id WHERE l.refund_id = %(refund)s
    ), marked AS MATERIALIZED (
        SELECT id, corrected, deceased, times > 1 AS twice, amount <> %(usual)s AS amount, EXISTS (
            SELECT FROM pension_payment p JOIN pension_pensionrefundline o ON o.payment_id = p.id
            WHERE p.person_id = line.person_id AND p.year = %(year)s AND o.live AND o.refund_id <> %(refund)s OFFSET 0
        ) OR original_ticket <> '' AND EXISTS (
            SELECT FROM pension_payment p JOIN pension_pensionrefundline o ON o.payment_id = p.id
            WHERE p.ticket_number = line.original_ticket AND o.live AND o.refund_id <> %(refund)s OFFSET 0
        ) AS other FROM line
    )
    SELECT id, corrected, deceased, other, twice, amount FROM marked WHERE corrected OR deceased OR other OR twice OR amount"""


class Members(LinePeople, Batch):
    """Everybody in one village batch."""

    unfit_reasons = UNFIT_REASONS

    @property
    def count(self):
        return self.refund.people_count

    def include(self, person):
        return self.refund.lines.filter(payment__person=person).exists()

    def leave_out(self, keys, *, by, reason, remark):
        chosen = self.refund.lines.filter(pk__in=keys)
        chosen.update(left_out=reason, left_out_remark=remark if reason else "", left_out_by=by if reason else None)

    def fingerprint(self):
        left_out = self._left_out.order_by("pk").values_list("pk", flat=True)
        return crypto.blind_index(",".join(map(str, left_out)), purpose="marks").hex()

    def amount_to_pass(self):
        return self._kept.aggregate(total=Sum("amount"))["total"] or Decimal(0)

    def drop_left_out(self):
        """A partial pass: those left out are free again, and people and amount are those of the rest."""
        self._left_out.update(live=False)
        self._recount(self._kept)

    def stand_again(self, tickets, *, by):
        handed_off = Q(payment__ticket_number__in=tickets)
        self._left_out.filter(handed_off).update(left_out=None, left_out_remark="", left_out_by=None)
        without = {"left_out": NOT_HANDED_OFF, "left_out_remark": "移交时不在其中", "left_out_by": by}
        self._kept.exclude(handed_off).update(**without)
        self.drop_left_out()

    def take_back(self):
        self._recount(self.refund.lines)

    def apart(self):
        returned = Count("pk", filter=Q(outcome=LineOutcome.RETURNED))
        return self.refund.lines.aggregate(left_out=Count("pk", filter=Q(left_out__isnull=False)), returned=returned)

    def addressable(self, number):
        return seeking.addressable(number, among=Payment.objects.filter(collective=self.refund.collective_id))

    def totals(self) -> Totals:
        """The passed are counted by what became of them, once there is a decision."""
        refund, left_out = self.refund, Q(left_out__isnull=False)
        found = refund.lines.aggregate(
            everybody=Count("pk"),
            everything=Sum("amount"),
            without=Count("pk", filter=left_out),
            without_amount=Sum("amount", filter=left_out),
            **{f"n_{code}": Count("pk", filter=_answered(code)) for code in ANSWERS},
        )
        passed = refund.review_result == ReviewResult.PASSED
        counts = {code: sum(code in marks for marks in self._marks.values()) for code in MARKS}
        return Totals(
            people=found["everybody"],
            amount=found["everything"],
            left_out=found["without"],
            left_out_amount=found["without_amount"] or Decimal(0),
            marked=len(self._marks),
            marks=[Share(code, label, counts[code]) for code, label in MARKS.items()],
            answers=[Share(code, str(label), found[f"n_{code}"]) for code, label in ANSWERS.items() if passed],
        )

    def find(self, *, name="", number="", only=""):
        """`only` is a code of MARKS or ANSWERS, "marked" or "left_out"; anything else means everybody."""
        lines = drafts.chosen_lines(self.refund, name=name, number=number)
        lines = lines.select_related("payment__person", "left_out")
        if only == "marked" or only in MARKS:
            return lines.filter(pk__in=[pk for pk, marks in self._marks.items() if only == "marked" or only in marks])
        if only == "left_out":
            return lines.filter(left_out__isnull=False)
        return lines.filter(_answered(only)) if only in ANSWERS else lines

    def describe(self, lines) -> list[Member]:
        """One Member per line, with the evidence of its marks."""
        marks = {line.pk: self._marks.get(line.pk, ()) for line in lines}
        others = self._others([line.payment for line in lines if "other" in marks[line.pk]])
        return [self._member(line, marks[line.pk], others.get(line.payment_id, [])) for line in lines]

    def person(self, key):
        line = self.refund.lines.filter(pk=key).select_related("payment__person").first()
        return line and line.payment.person

    def matching(self, lines):
        found = lines.aggregate(kept=Count("pk", filter=Q(left_out=None)), everybody=Count("pk"))
        return Matching(found["kept"], found["everybody"] - found["kept"])

    def keys(self, lines, *, left_out):
        chosen = self.refund.lines.filter(pk__in=lines, left_out__isnull=not left_out)
        return list(chosen.order_by("pk").values_list("pk", flat=True))

    def list_form(self, request):
        return NamesForm.of(request)

    def call(self, reading):
        return naming.call(self.refund, reading)

    def excluded(self):
        """What the page of 退费明细 says of a line, said of all that are alike."""
        alike = [F("left_out"), F("left_out_remark")]
        lines = self._left_out.select_related("payment__person", "left_out").annotate(
            place=Window(RowNumber(), partition_by=alike, order_by="pk"), alike=Window(Count("pk"), partition_by=alike)
        )
        lines = lines.filter(place__lte=NAMES).order_by("-alike", "left_out", "left_out_remark", "pk")
        found: dict[tuple[str, str], list[PensionRefundLine]] = {}
        for line in lines[: REASONS * NAMES]:
            line.refund = self.refund
            found.setdefault((line.left_out_id, line.left_out_remark), []).append(line)
        return [_excluded(some) for some in found.values()]

    def _recount(self, lines):
        found = lines.aggregate(people=Count("id"), amount=Sum("amount"))
        self.refund.people_count, self.refund.amount = found["people"], found["amount"]

    @property
    def _left_out(self):
        return self.refund.lines.filter(left_out__isnull=False)

    @property
    def _kept(self):
        return self.refund.lines.filter(left_out=None)

    @property
    def _year(self) -> int:
        assert self.refund.collective is not None, "a batch is of one collective payment"
        return self.refund.collective.year

    @cached_property
    def _usual(self):
        """The amount that most people of the batch paid; of two, the smaller."""
        amounts = self.refund.lines.values("amount").annotate(lines=Count("pk")).order_by("-lines", "amount")
        return amounts.values_list("amount", flat=True).first()

    @cached_property
    def _marks(self) -> dict[int, tuple[str, ...]]:
        """The codes of MARKS by line, for lines that have any."""
        values = {"refund": self.refund.pk, "year": self._year, "usual": self._usual, "seen": self.refund.records_seen}
        with connection.cursor() as cursor:
            cursor.execute(MARKED, values)
            return {
                pk: tuple(code for code, holds in zip(MARKS, found, strict=True) if holds)
                for pk, *found in cursor.fetchall()
            }

    def _others(self, payments) -> dict:
        """What else holds a payment of the same year, or the ticket whose place this one takes, in words, by payment. An application of
        another office has no number here: for this officer it does not exist, but that there is one matters."""
        same_year = Q(payment__year=self._year, payment__person__in={paid.person_id for paid in payments})
        replaced = Q(payment__ticket_number__in={paid.original_ticket for paid in payments} - {""})
        held = PensionRefundLine.objects.filter(same_year | replaced, live=True).exclude(refund=self.refund)
        found = list(held.select_related("payment", "refund__office").order_by("pk"))
        return {
            paid.pk: [self._other(line, paid) for line in found if _is_beside(line.payment, paid, self._year)]
            for paid in payments
        }

    def _other(self, line, paid) -> str:
        other = line.refund
        place = other.number if other.office_id == self.refund.office_id else other.office.name
        what = "原票证" if line.payment.ticket_number == paid.original_ticket else "同年度"
        return f"{what}另有退费：{place} {other.status_label}"

    def _member(self, line, marks, others) -> Member:
        record = [MARKS[code] for code in ("corrected", "deceased") if code in marks]
        twice = ["批内重复，同一人有多笔"] if "twice" in marks else []
        amount = [f"多数人为 {self._usual:,.2f} 元"] if "amount" in marks else []
        status, outcome, words = _result(line, self.refund)
        return Member(
            key=line.pk,
            name=line.payment.person.name,
            id_number=line.payment.person.id_number,
            personal_number=line.payment.personal_number,
            amount=line.amount,
            marks=[*record, *others, *twice, *amount],
            status=status,
            outcome=outcome,
            words=words,
        )


def _is_beside(other, paid, year) -> bool:
    same_year = other.person_id == paid.person_id and other.year == year
    return same_year or other.ticket_number == paid.original_ticket


def _excluded(lines) -> Excluded:
    line = lines[0]
    names = [one.payment.person.name for one in lines]
    return Excluded(line.result, line.result.label, line.outcome_words, line.alike, names)


def _answered(code: str) -> Q:
    return Q(left_out=None, outcome="" if code == "open" else code)


def _result(line, refund) -> tuple[str, str, str]:
    """(code with the tone, words for it, why). Nothing before the decision, except that somebody is left out."""
    if refund.review_status == ReviewStatus.COMPLETED:
        return line.result, line.result.label, line.outcome_words
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return line.result, line.result.label, ""
    if line.left_out_id:
        return Outcome.LEFT_OUT, LEFT_OUT, "，".join(filter(None, [line.left_out.label, line.left_out_remark]))
    return "", "", ""
