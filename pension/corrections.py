"""What the tax core system corrected under applications of 养老, and what becomes of drafts."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F

from foundation.feeds.staging import Stage
from foundation.shortening import shortened
from pension.models import Payment, PensionRefund, PensionRefundLine
from refunds import actions
from refunds.records import Changed, RecordStatus, compared, successors

SAID = {
    "person_id": "缴费人",
    "payment_type": "缴费类型",
    "year": "缴费年度",
    "month": "缴费月份",
    "amount": "缴费金额",
    "period_start": "税款所属期起",
    "period_end": "税款所属期止",
    "organisation_id": "村组社保号",
    "record_status": "记录状态",
}


def changes(refunds) -> dict:
    """What the ledger says by now against each, by key; of a batch, of all who are not left out. Four queries at most."""
    refunds = {refund.pk: refund for refund in refunds}
    wanted = PensionRefundLine.objects.filter(refund__in=refunds, live=True, left_out=None)
    corrected = wanted.filter(payment__events__pgh_id__gt=F("refund__records_seen")).distinct()
    lines = list(corrected.select_related("payment").order_by("id"))
    then = _then(lines, refunds)
    new = successors(Payment, [line.payment for line in lines])
    found = defaultdict(list)
    for line in lines:
        refund, now, before = refunds[line.refund_id], line.payment, then[line.pk]
        owner = now.person_id == (before.person_id if refund.is_batch else refund.applicant_id)
        same = owner and now.organisation_id == before.organisation_id if refund.is_batch else owner
        change = compared(line.amount, before, now, said=SAID, owner_is_same=same, successors=new)
        if change.words:
            found[refund.pk].append((line, change))
    return {pk: _of_batch(some) if refunds[pk].is_batch else some[0][1] for pk, some in found.items()}


def deceased(batches) -> dict:
    """Of each batch, by its key, who of those it pays has a day of death by now. One query."""
    dead = PensionRefundLine.objects.filter(
        refund__in=batches, live=True, left_out=None, payment__person__deceased_on__isnull=False
    )
    found: defaultdict = defaultdict(dict)
    for pk, person, day in dead.values_list("refund_id", "payment__person_id", "payment__person__deceased_on"):
        found[pk][person] = day
    return dict(found)


def _then(lines, refunds) -> dict:
    """By line, its payment as it was when it was applied for: what the first correction since has made out of date."""
    events = defaultdict(list)
    if lines:
        history = Payment.events.rel.related_model.objects  # type: ignore[attr-defined]  # its history (`outdated`)
        for event in history.filter(pgh_obj__in={line.payment_id for line in lines}).order_by("pgh_id"):
            events[event.pgh_obj_id].append(event)
    return {
        line.pk: next(event for event in events[line.payment_id] if event.pgh_id > refunds[line.refund_id].records_seen)
        for line in lines
    }


def _of_batch(some) -> Changed:
    ended = [line for line, _change in some if not line.payment.stands]
    other = [line for line, _change in some if line.payment.stands and line.amount != line.payment.amount]
    parts = {"作废或冲正": len(ended), "金额更正": len(other), "其他更正": len(some) - len(ended) - len(other)}
    said = "，".join(f"{label} {count:,} 人" for label, count in parts.items() if count)
    return Changed(
        shortened(f"{len(some):,} 人的缴费记录有更正（{said}）", 300),
        over=sum((change.over for _line, change in some), Decimal()),
        under=sum((change.under for _line, change in some), Decimal()),
    )


def follow(stage: Stage, *, newest: int) -> None:
    """After the ledger has followed the feed (`feed_changed` has the ids): drafts follow silently, for their check page shows what it
    comes to; applications are told. What waits of people with a ticket beyond `newest` is looked at again: they have two now."""
    stage.cursor.execute(DROP_FROM_DRAFTS)
    stage.cursor.execute(FOLLOW_IN_DRAFTS)
    stage.cursor.execute(HOLDERS)
    actions.follow_records(PensionRefund, [pk for (pk,) in stage.cursor.fetchall()])
    stage.cursor.execute(MOVED)
    actions.move(PensionRefund, dict(stage.cursor.fetchall()))
    stage.cursor.execute(WAITING_WITH_ANOTHER, [newest])
    actions.follow_people([pk for (pk,) in stage.cursor.fetchall()])


DROP_FROM_DRAFTS = f"""
    DELETE FROM pension_pensionrefundline l USING pension_payment p, pension_pensionrefund r, feed_changed c
    WHERE p.id = c.id AND l.payment_id = p.id AND r.id = l.refund_id AND r.review_status = 'draft'
    AND (p.record_status <> '{RecordStatus.NORMAL}' OR p.collective_id IS DISTINCT FROM r.collective_id)"""
FOLLOW_IN_DRAFTS = """
    UPDATE pension_pensionrefundline l SET amount = p.amount
    FROM pension_payment p, pension_pensionrefund r, feed_changed c
    WHERE p.id = c.id AND l.payment_id = p.id AND r.id = l.refund_id AND r.review_status = 'draft'
    AND l.amount <> p.amount"""
HOLDERS = """
    SELECT DISTINCT l.refund_id FROM pension_pensionrefundline l JOIN feed_changed c ON c.id = l.payment_id
    WHERE l.live"""
WAITING_WITH_ANOTHER = """
    SELECT DISTINCT p.person_id FROM pension_payment p JOIN pension_pensionrefund r ON r.applicant_id = p.person_id
    WHERE p.id > %s AND r.review_status IN ('pending', 'countersign')"""
MOVED = """
    SELECT r.id, p.office_id FROM pension_pensionrefund r JOIN pension_pensionrefundline l ON l.refund_id = r.id
    JOIN pension_payment p ON p.id = l.payment_id JOIN feed_changed c ON c.id = p.id
    WHERE r.collective_id IS NULL AND r.review_status IN ('pending', 'countersign') AND r.office_id <> p.office_id"""
