"""The clerk's list: what the village paid for its members, and how much of it can still be refunded (P3-02 … P3-04)."""

from decimal import Decimal

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from pension.codes import PaymentType
from pension.models import CollectivePayment, Payment, PensionRefundLine
from refunds.records import RecordStatus
from refunds.states import RefundStatus

# The two types a unit may refund (P3-22).
TYPES = [(kind.value, kind.label) for kind in (PaymentType.COLLECTIVE, PaymentType.HARDSHIP)]


# Of one whose payments the tax core system has all moved or taken back.
NOBODY = {"people": 0, "paid": Decimal("0.00"), "channels": "", "applied": 0, "refunded": 0, "touched": 0}


def of_clerk(user):
    """The collective payments of the clerk's own village or unit."""
    return CollectivePayment.objects.filter(organisation_id=user.organisation_id)


def with_numbers(rows: list[CollectivePayment]) -> list[CollectivePayment]:
    """Adds to each row: paid_people, paid_amount, channel; refundable, applied and refunded people; touched people.

    实缴人数 = 可退 + 已申请 + 已退. `touched` is 退费人数: everybody with any application, whatever became of it (I-19).
    One query for all rows of a page.
    """
    numbers = {row["collective"]: row for row in _numbers([row.pk for row in rows])}
    for row in rows:
        found = numbers.get(row.pk, NOBODY)
        row.paid_people, row.paid_amount, row.channel = found["people"], found["paid"], found["channels"]
        row.applied, row.refunded, row.touched = found["applied"], found["refunded"], found["touched"]
        row.refundable = row.paid_people - row.applied - row.refunded
    return rows


def refundable(collective):
    """The payments that no live application holds."""
    held = PensionRefundLine.objects.filter(payment=OuterRef("pk"), live=True)
    return Payment.objects.filter(collective=collective, record_status=RecordStatus.NORMAL).exclude(Exists(held))


def _numbers(ids):
    lines = PensionRefundLine.objects.filter(payment=OuterRef("pk"))
    live = lines.filter(live=True)
    done = live.filter(refund__refund_status=RefundStatus.REFUNDED)
    payments = Payment.objects.filter(collective__in=ids).annotate(
        is_live=Exists(live), is_done=Exists(done), is_touched=Exists(lines.submitted())
    )
    # What the tax core system took back was not paid; what was asked back before it did is counted until it is settled.
    payments = payments.filter(Q(record_status=RecordStatus.NORMAL) | Q(is_live=True))
    return payments.values("collective").annotate(
        people=Count("pk"),
        paid=Sum("amount"),
        channels=Max("channel"),
        applied=Count("pk", filter=Q(is_live=True, is_done=False)),
        refunded=Count("pk", filter=Q(is_done=True)),
        touched=Count("pk", filter=Q(is_touched=True)),
    )
