"""An application follows where its instruction stands; every step of a delivery is the same step of its application."""

import json

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from foundation.shortening import shortened
from handoff.items import UNTIL_TAKEN, close_settled, open_for
from handoff.models import Delivery, DeliveryStatus, Event, Inquiry, WorkItem, WorkItemKind
from handoff.store import of_application
from handoff.story import Contradiction, Said, Standing
from refunds import actions
from refunds.models import RefundApplication
from refunds.states import RELEASING, LineOutcome, RefundStatus

# The way to each reported state; what lies before it is implied by it, whichever message arrives first.
TARGETS: dict[str, DeliveryStatus] = {
    Event.ACCEPTED: DeliveryStatus.ACCEPTED,
    Event.REFUSED: DeliveryStatus.REFUSED,
    Event.PAID: DeliveryStatus.PAID,
    Event.BOUNCED: DeliveryStatus.BOUNCED,
    Event.CANCELLED: DeliveryStatus.CANCELLED,
}
BEFORE: dict[DeliveryStatus, tuple[DeliveryStatus, ...]] = {
    DeliveryStatus.ACCEPTED: (DeliveryStatus.ACKNOWLEDGED,),
    DeliveryStatus.REFUSED: (DeliveryStatus.ACKNOWLEDGED,),
    DeliveryStatus.PAID: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED),
    DeliveryStatus.BOUNCED: (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED),
    DeliveryStatus.CANCELLED: (DeliveryStatus.ACKNOWLEDGED,),
}
# Not reported by the agency, so on no way to what it reports.
UNREPORTED = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN, DeliveryStatus.HELD)
LINES: dict[str, LineOutcome] = {
    Event.ACCEPTED: LineOutcome.OPEN,
    Event.BOUNCED: LineOutcome.OPEN,
    Event.PAID: LineOutcome.PAID,
    Event.REFUSED: LineOutcome.RETURNED,
    Event.CANCELLED: LineOutcome.RETURNED,
}
CANCELLED_UNASKED = "对方取消了这笔退费，没有说明原因"


# Where an application is while an earlier attempt of it may still be paid after all.
AFTER_A_BOUNCE = (RefundStatus.PAYMENT_FAILED, RefundStatus.APPROVED)


def follow(refund: RefundApplication, delivery: Delivery, standing: Standing) -> bool:
    """Move both on to where the instruction stands; False if they are there. Raises Contradiction, and then nothing has moved:
    also for what no machine allows and for payments that another application has, so that nobody undoes it in silence."""
    # In words now: a transition that fails half-way leaves them otherwise.
    ours = f"{delivery.instruction_id} 是“{delivery.get_status_display()}”，申请是“{refund.status_label}”"
    try:
        with transaction.atomic():
            return _follow(refund, delivery, standing)
    except TransitionNotAllowed as error:
        raise Contradiction(f"{ours}，又收到“{TARGETS[standing.last.event].label}”") from error
    except IntegrityError as error:
        raise Contradiction("对方的结果涉及已经在另一笔申请中的缴费") from error


def _follow(refund: RefundApplication, delivery: Delivery, standing: Standing) -> bool:
    target, last = TARGETS[standing.last.event], standing.last
    if delivery.attempt not in (refund.attempt, refund.paid_attempt):
        return _follow_replaced(refund, delivery, target, last)
    if refund.paid_attempt not in (None, delivery.attempt):
        raise Contradiction(
            f"第 {refund.paid_attempt} 次移交已经退付，又收到第 {delivery.attempt} 次移交的结果“{target.label}”"
        )
    if refund.refund_status in RELEASING and delivery.status in (DeliveryStatus.PAID, DeliveryStatus.BOUNCED):
        return _follow_given_way(refund, delivery, target)
    steps = _steps(delivery, target)  # before anybody's payment is taken again
    refund.people.settle(LINES[last.event], last.returned, among=list(delivery.tickets), reason=_why(last))
    moved = bool(delivery.status != target)
    for step in steps:
        _advance(refund, delivery, step, last)
    delivery.save()
    if standing.answered_at:
        actions.note_verified(refund, at=standing.answered_at)
    return moved


def _follow_given_way(refund: RefundApplication, delivery: Delivery, target: DeliveryStatus) -> bool:
    """Another application of the payment is the one that is paid. What this one was paid as well may come back, and no more."""
    if target == delivery.status:
        return False
    if target != DeliveryStatus.BOUNCED:
        raise Contradiction(f"这笔申请已是“{refund.status_label}”，又收到“{target.label}”")
    delivery.bounce()
    delivery.save()
    return True


def _steps(delivery: Delivery, target: DeliveryStatus) -> list[DeliveryStatus]:
    if delivery.status == target:
        return []
    way = [*BEFORE[target], target]
    if delivery.status in UNREPORTED:
        return way
    if delivery.status in way:
        return way[way.index(DeliveryStatus(delivery.status)) + 1 :]
    if delivery.status in (DeliveryStatus.REFUSED, DeliveryStatus.CANCELLED):
        raise Contradiction(f"此前为“{delivery.get_status_display()}”，又收到“{target.label}”")
    return [target]  # paid and returned by the bank, or refused after all: `story` has looked at the order


def _follow_replaced(refund: RefundApplication, delivery: Delivery, target: DeliveryStatus, last: Said) -> bool:
    """News of an attempt after which another was made: that it failed is known, that it was paid stops the others."""
    if target == delivery.status:
        return False
    if target != DeliveryStatus.PAID or delivery.status != DeliveryStatus.BOUNCED:
        raise Contradiction(
            f"第 {delivery.attempt} 次移交此前为“{delivery.get_status_display()}”，又收到“{target.label}”"
        )
    later = [one for one in of_application(delivery.number) if one.attempt > delivery.attempt]
    if sent := [one for one in later if one.is_sent]:
        raise Contradiction(
            f"第 {delivery.attempt} 次移交退付失败后又回传已退付，而第 {sent[0].attempt} 次移交已经发出"
        )
    if refund.refund_status not in AFTER_A_BOUNCE:
        raise Contradiction(
            f"第 {delivery.attempt} 次移交退付失败后又回传已退付，而这笔申请已是“{refund.status_label}”"
        )
    for one in later:
        if one.status != DeliveryStatus.CANCELLED:
            one.cancel()
            one.save()
    refund.people.settle(LineOutcome.PAID, last.returned, among=list(delivery.tickets))
    delivery.pay()
    delivery.save()
    _pay_after_all(refund, delivery, last)
    return True


def _advance(refund: RefundApplication, delivery: Delivery, step: DeliveryStatus, last: Said) -> None:
    """One step of the delivery and the same step of its application."""
    by, was_paid, had_bounced = (
        delivery.agency,
        refund.refund_status == RefundStatus.REFUNDED,
        refund.refund_status == RefundStatus.PAYMENT_FAILED,
    )
    match step:
        case DeliveryStatus.ACKNOWLEDGED:
            if delivery.status != DeliveryStatus.WAITING:
                close_settled(UNTIL_TAKEN, delivery.instruction_id, agency=delivery.agency)
            delivery.acknowledge(at=timezone.now(), receipt=delivery.receipt)
            actions.acknowledge(refund, by=by)
        case DeliveryStatus.REFUSED:
            delivery.refuse()
            actions.refuse(refund, by=by, reason=_why(last))
        case DeliveryStatus.ACCEPTED:
            delivery.accept()
            actions.accept(refund, by=by)
        case DeliveryStatus.PAID:
            delivery.pay()
            if had_bounced:
                _pay_after_all(refund, delivery, last)
            else:
                actions.pay(refund, by=by, on=last.day, attempt=delivery.attempt)
        case DeliveryStatus.BOUNCED:
            delivery.bounce()
            _forget_what_is_short(refund, delivery)
            bounce = actions.return_payment if was_paid else actions.bounce
            bounce(refund, by=by, reason=last.reason)
        case DeliveryStatus.CANCELLED:
            _cancelled(refund, delivery, last)


def _forget_what_is_short(refund: RefundApplication, delivery: Delivery) -> None:
    """All of it goes out again: nothing of it is to be paid by hand, and what was (已线下处理 of a 少付) has to come back."""
    about = {"instruction_id": delivery.instruction_id, "agency": delivery.agency}
    close_settled([WorkItemKind.UNDERPAID], delivery.instruction_id, agency=delivery.agency)
    by_hand = WorkItem.objects.filter(kind=WorkItemKind.UNDERPAID, closed_by__isnull=False, **about)
    letter = Inquiry.objects.filter(confirmed_by__isnull=False, actual_amount__isnull=False, **about).last()
    if letter and by_hand.exists():
        due = -letter.difference
        detail = f"少付的 {due:,.2f} 元已线下补付，银行又退回了整笔，重新退付时会多付这么多，请收回后登记退回金额"
        item = open_for(
            WorkItemKind.OVERPAID, delivery.instruction_id, agency=delivery.agency, refund=refund, detail=detail
        )
        item.amount_due, item.detail = due, detail
        item.save(update_fields=["amount_due", "detail"])


def _cancelled(refund: RefundApplication, delivery: Delivery, last: Said) -> None:
    """Asked for by us it is 停付; of the agency's own accord it is returned like any other."""
    delivery.cancel()
    if delivery.stop_asked:
        actions.stop(refund, by=delivery.agency, why=actions.STOPPED)
    else:
        actions.refuse(refund, by=delivery.agency, reason=last.reason or CANCELLED_UNASKED)


def _pay_after_all(refund: RefundApplication, delivery: Delivery, last: Said) -> None:
    payee = payee_of(delivery)
    actions.pay_after_all(refund, by=delivery.agency, on=last.day, attempt=delivery.attempt, payee=payee)


def payee_of(delivery: Delivery) -> dict[str, str]:
    """Where that instruction sent the money: an account corrected since is not where it went."""
    body = Delivery.objects.get(pk=delivery.pk).body.reveal("the account that was really paid")
    payee: dict[str, str] = json.loads(body)["payee"]
    return payee


def _why(last: Said) -> str:
    """The agency's words for the whole; where only the single lines say why, theirs are those of the whole."""
    return last.reason or shortened("；".join(sorted(set(last.returned.values()))), 300)
