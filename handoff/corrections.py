"""缴费记录有更正, of what is decided: what is not sent is held, what is with the agency is offered to be stopped, and what is paid is
told in yuan. One item for each application, which follows it and closes by itself when nothing is left to do."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from handoff.items import SETTLED_ITSELF, open_for
from handoff.models import DeliveryStatus, WorkItem, WorkItemKind
from handoff.store import of_application
from handoff.tasks import defer_send
from refunds.models import RefundApplication
from refunds.records import NOTHING, Changed, since
from refunds.states import RefundStatus, ReviewStatus

TO_DO = {
    RefundStatus.APPROVED: "移交还没有发出的，已暂停，请撤回移交；已发出的，请求停付",
    RefundStatus.AGENCY_PROCESSING: "已移交对方，请求停付",
    RefundStatus.PAYING: "银行正在退付，请求停付",
    RefundStatus.PAYMENT_FAILED: "银行没有退付，已暂停更正账户，请撤回移交",
}


def look(sender: type, refunds: Sequence[RefundApplication], **_signal: object) -> None:
    """Receiver of `record_changed`."""
    decided = [refund for refund in refunds if refund.review_status == ReviewStatus.COMPLETED]
    if not decided:
        return
    changes = since.against(decided)
    for refund in decided:
        _look(refund, changes.get(refund.pk, NOTHING))


def _look(refund: RefundApplication, changed: Changed) -> None:
    assert refund.number, "what is decided was submitted"
    items = WorkItem.objects.select_for_update().filter(kind=WorkItemKind.CORRECTED, number=refund.number)
    current = items.filter(closed_at=None).first()
    back = items.exclude(closed_at=None).aggregate(back=Sum("amount_back"))["back"] or Decimal()
    detail, due = _to_do(refund, changed, back)
    closed = items.exclude(closed_at=None).exclude(note=SETTLED_ITSELF)
    if detail and not current and closed.filter(detail=detail).exists():
        return  # somebody has dealt with exactly this
    if detail:
        attempt = refund.paid_attempt or refund.attempt
        current = current or open_for(
            WorkItemKind.CORRECTED,
            f"{refund.number}-{attempt}",
            agency=refund.scheme.agency,
            refund=refund,
            detail=detail,
        )
        current.detail, current.amount_due = detail, due
        current.save(update_fields=["detail", "amount_due"])
    elif current:
        current.closed_at, current.note, current.proposal = timezone.now(), SETTLED_ITSELF, ""
        current.save(update_fields=["closed_at", "note", "proposal"])
        _go_on(refund)


def _to_do(refund: RefundApplication, changed: Changed, back: Decimal) -> tuple[str, Decimal | None]:
    """What the item says, empty where there is nothing to do; and how much has to come back."""
    said = f"{changed.words}。"
    if todo := TO_DO.get(RefundStatus(refund.refund_status)) if changed.words else None:
        return f"{said}{todo}。", None
    if refund.refund_status != RefundStatus.REFUNDED:
        return "", None
    over, under = changed.over - back, changed.under
    if over > 0:
        return f"{said}已退付的比缴费记录多 {over:,.2f} 元，请收回并登记退回金额。", over
    under -= over
    if under > 0:
        return f"{said}已退付的比缴费记录少 {under:,.2f} 元，请联系退费人，线下补办。", None
    if changed.died:
        return f"{said}死亡日期不晚于退付日期，请核实款项由谁领取，再写明结果。", None
    return "", None


def _go_on(refund: RefundApplication) -> None:
    """The record says again what it said: what was held back is sent."""
    if refund.refund_status == RefundStatus.APPROVED and not refund.corrected:
        waiting = of_application(refund.number or "").filter(
            status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)
        )
        for delivery in waiting:
            defer_send(delivery)
