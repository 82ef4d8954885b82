"""The draft of a batch (P3-07 … P3-15): who is chosen, what has been typed. It lives in the database, one per payment.

Every change locks the draft first, so two clerks of one village, or a move and the submission, wait for each other.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Sum, TextField, Value

from accounts import seeking
from accounts.models import Person
from bankreports.models import Bank
from foundation.numbers import account_index, fold, fold_number
from pension.models import CollectivePayment, Payment, PensionRefund, PensionRefundLine
from pension.village import collectives, together
from pension.village.models import TakenOut
from refunds import errors
from refunds.history import acting
from refunds.states import ReviewStatus

MAX_PEOPLE = 10_000


@dataclass(frozen=True)
class Chosen:
    """How many are chosen, and what it comes to in yuan."""

    people: int
    amount: Decimal


def of_payment(collective) -> PensionRefund | None:
    """The open draft, if somebody has begun one."""
    return collective.refunds.filter(review_status=ReviewStatus.DRAFT).first()


def lock(collective) -> None:
    """Whoever changes the draft of a payment, or submits it, holds this until the transaction ends."""
    CollectivePayment.objects.select_for_update().get(pk=collective.pk)


@transaction.atomic
def open_for(collective, *, by) -> PensionRefund:
    """The draft of this payment, locked; begun now if there is none."""
    lock(collective)
    together.note_change(collective, by=by)
    draft = of_payment(collective)
    if draft is None:
        draft = PensionRefund(
            collective=collective,
            organisation_id=collective.organisation_id,
            office_id=collective.organisation.office_id,
            submitted_by=by,
            amount=0,
            people_count=0,
            account_name=collective.organisation.name,
            year=collective.year,
        )
        with acting("draft", by=by):
            draft.save()
    return draft


def chosen(draft: PensionRefund | None) -> Chosen:
    """What the 退费区 holds."""
    if draft is None:
        return Chosen(0, Decimal("0.00"))
    found = draft.lines.aggregate(people=Count("pk"), amount=Sum("amount"))
    return Chosen(found["people"], found["amount"] or Decimal("0.00"))


def candidates(collective, draft, *, name="", number=""):
    """选择区: payments that can be refunded and are not chosen yet, narrowed by name and number."""
    free = collectives.refundable(collective)
    if draft is not None:
        free = free.exclude(Exists(PensionRefundLine.objects.filter(payment=OuterRef("pk"), refund=draft)))
    return _matching(free, "person", name, number).order_by("pk")


def chosen_lines(draft, *, name="", number=""):
    """退费区: the chosen lines, narrowed by name and number."""
    lines = draft.lines.all() if draft is not None else PensionRefundLine.objects.none()
    return _matching(lines, "payment__person", name, number).order_by("pk")


@transaction.atomic
def add(collective, *, by, payments=None, name="", number="") -> int:
    """添加 the given payments, or 全部添加 what the search matches (I-31). Returns how many went over.

    Raises NotRefundable above 10,000 people.
    """
    draft = open_for(collective, by=by)
    free = candidates(collective, draft, name=name, number=number)
    if payments is not None:
        free = free.filter(pk__in=payments)
    try:
        sql, params = free.order_by("pk").values("pk", "amount").query.sql_with_params()
    except EmptyResultSet:  # the search names somebody who is not here
        return 0
    return insert(draft, f"({sql})", params, too_many=f"一批最多 {MAX_PEOPLE:,} 人。请先保存一批，再选其余人员。")


def insert(draft, rows: str, params, *, too_many: str) -> int:
    """Lines for the payments that the SQL `rows` gives as (id, amount), 10,000 as one statement. Returns how many.

    Raises NotRefundable, with the sentence `too_many`, above what one batch may hold.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pension_pensionrefundline"
            " (refund_id, payment_id, amount, live, left_out_remark, outcome, outcome_reason)"
            f" SELECT %s, chosen.id, chosen.amount, false, '', '', '' FROM {rows} AS chosen (id, amount)",
            [draft.pk, *params],
        )
        added = cursor.rowcount
    if draft.lines.count() > MAX_PEOPLE:
        raise errors.NotRefundable(too_many)
    return added


@transaction.atomic
def remove(collective, *, by, lines=None, name="", number="") -> int:
    """取消退费 of the given lines, or 全部取消退费 of what the search matches. Returns how many went back."""
    draft = open_for(collective, by=by)
    found = chosen_lines(draft, name=name, number=number)
    if lines is not None:
        found = found.filter(pk__in=lines)
    gone = dict(found.values_list("pk", "payment_id"))
    _delete(gone)
    if lines is None and gone:
        out = {"by": by, "payments": sorted(gone.values())}
        TakenOut.objects.update_or_create(collective=collective, defaults=out)
    return len(gone)


@transaction.atomic
def put_back(collective, *, by) -> int:
    """Undo the last 全部取消退费, as far as those people are still free. Returns how many came back."""
    open_for(collective, by=by)
    out = TakenOut.objects.filter(collective=collective).first()
    if out is None:
        return 0
    back = add(collective, by=by, payments=out.payments)
    out.delete()
    return back


@transaction.atomic
def give_back(refund, *, by) -> int:
    """What became of a batch that was taken back: its people, and its account where none is typed yet, are the draft again.
    Returns how many; none where they do not fit beside those who are in the draft already."""
    draft = open_for(refund.collective, by=by)
    if not draft.account_number:
        draft.set_account_of(refund)
        for name in PensionRefund.TYPED:
            setattr(draft, name, getattr(refund, name))
        draft.save()
    try:
        with transaction.atomic():
            payments = list(refund.lines.values_list("payment_id", flat=True))
            return add(refund.collective, by=by, payments=payments)
    except errors.NotRefundable:
        return 0


@transaction.atomic
def remember(collective, typed: dict, *, by) -> PensionRefund:
    """Keep what has been typed into 退费维护区, right or wrong, so that closing the browser loses nothing. A field that nobody
    touched on that page keeps what a colleague may have typed meanwhile.

    An empty account number or phone keeps the one typed before: the page does not send it back (`forms.initial_of`). Numbers are
    kept whole, however long, so that a wrong one is never cut into a right one; a name that its column cannot hold is not kept,
    and the page says so when it is saved.
    """
    draft = open_for(collective, by=by)
    touched = together.changed(typed)
    for field in touched.intersection(PensionRefund.TYPED):
        longest = PensionRefund._meta.get_field(field).max_length  # type: ignore[union-attr]  # a column, no relation
        setattr(draft, field, words if len(words := _kept(typed, field)) <= (longest or 0) else "")
    if "account_number" in touched and (number := fold_number(_kept(typed, "account_number"))):
        draft.account_number, draft.account_index = number, account_index(number)
    if "contact_phone" in touched and (phone := fold(_kept(typed, "contact_phone"))):
        draft.contact_phone = phone
    if "bank" in touched:
        bank = Bank.objects.filter(pk=_kept(typed, "bank")).first()
        draft.bank_code, draft.bank_name = (bank.code, bank.name) if bank else ("", "")
    draft.save()
    return draft


def _kept(typed, field) -> str:
    return typed.get(field, "").replace("\0", "").strip()


def held_elsewhere(draft):
    """The chosen lines whose payment another application holds by now."""
    held = PensionRefundLine.objects.filter(payment=OuterRef("payment"), live=True).exclude(refund=draft)
    return draft.lines.filter(Exists(held))


def conflicts(draft) -> list[PensionRefundLine]:
    """The first of those, to be named on the page."""
    return list(held_elsewhere(draft).select_related("payment__person").order_by("pk")[:6])


@transaction.atomic
def drop_conflicts(collective, *, by) -> int:
    """Take everybody out of the draft whom another application holds."""
    return _delete(held_elsewhere(open_for(collective, by=by)).values_list("pk", flat=True))


def clear(draft) -> int:
    """Everybody out of a draft that ends."""
    return _delete(draft.lines.values_list("pk", flat=True))


def _delete(lines) -> int:
    """These lines of a draft, 10,000 as one statement. Nothing hangs on them: a receipt is of a line that was paid, and would be in
    the way."""
    # Of none at all there is no statement, and no number.
    return PensionRefundLine.objects.filter(pk__in=list(lines))._raw_delete(using=connection.alias) or 0


def _matching(rows, person: str, name: str, number: str):
    if name := fold(name):
        rows = rows.filter(_named(person, name))
    if number:
        rows = rows.filter(**{f"{person}__in": seeking.people_with(number, among=rows, person=person)})
    return rows


def _named(person: str, name: str) -> Q:
    """A part of the name, or the pinyin initials it begins with."""
    by_name = Q(**{f"{person}__name__contains": name})
    if not (name.isascii() and name.isalpha()):
        return by_name
    found = Person.objects.annotate(
        read=Func(F("initials"), Value(" "), function="array_to_string", output_field=TextField())
    )
    found = found.filter(pk=OuterRef(person), read__regex=rf"(^| ){name.lower()}")
    return by_name | Q(Exists(found))


def with_member(collectives, member: str):
    """Those collective payments that a person (as `accounts.seeking.addressable` writes one) is part of."""
    own = Payment.objects.filter(collective__in=collectives)
    return collectives.filter(pk__in=_matching(own, "person", "", member).values("collective"))
