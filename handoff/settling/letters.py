"""书面答复: what an agency says of an instruction on paper, where the wire cannot settle it: it cannot be asked, or says each time what
cannot be. One officer enters the letter, another compares the two and confirms; from then on it is an answer like any other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from foundation.shortening import shortened
from handoff import disputes, proposals
from handoff.deliveries import hear, said
from handoff.models import Callback, Delivery, Event, Inquiry, Proposal, WorkItem
from handoff.settling.asking import CONTRADICTORY
from handoff.settling.findings import Letters
from handoff.settling.restating import Plan, plan, settle, tell_difference
from handoff.store import instruction_of, known, of_dispute
from handoff.story import Contradiction, tell
from refunds.errors import NotAllowed
from refunds.models import RefundApplication

UNSETTLED = "按这份书面答复还不能处理：{}。"
FOLLOWED = "已复核确认，并已按书面答复更正。"


@dataclass(frozen=True)
class Written:
    """What the letter says of one instruction. `amount` in yuan is what really left the bank of a payment; `returned` gives the
    agency's reason by ticket number."""

    instruction_id: str
    event: Event
    amount: Decimal | None = None
    paid_on: date | None = None
    reason: str = ""
    returned: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def enter(item: WorkItem, written: Iterable[Written], *, by: User, letter: str, dated: date) -> None:
    """登记书面答复: written down, and proposed to another officer. `letter` names it, `dated` is its day. Raises NotAllowed when it
    settles nothing."""
    refund, locked_item = proposals.locked(item.pk, by=by)
    handoffs = {one.instruction_id: one for one in writable(locked_item)}
    proposals.put(locked_item, Proposal.LETTER, by=by)
    letters = {
        one.instruction_id: _write_down(handoffs[one.instruction_id], one, by=by, letter=letter, dated=dated)
        for one in written
    }
    _must_settle(refund, letters)


def writable(item: WorkItem) -> list[Delivery]:
    """The handoffs that a letter can be about. Raises NotAllowed where there are none."""
    handoffs = [one for one in of_dispute(item.number) if one.is_sent] if item.number else []
    if not handoffs:
        raise NotAllowed("这条异常没有已经发出的移交，不需要书面答复。")
    return handoffs


def confirm(refund: RefundApplication, item: WorkItem, *, by: User) -> str:
    """确认, by another officer, who has the letter before her. Both are locked. Raises NotAllowed when it settles nothing any more."""
    letters = entered(item)
    for letter in letters.values():
        letter.confirmed_by = by
        letter.save(update_fields=["confirmed_by"])
    if refund.disputed:
        settle(item, _plan(refund, letters), by=by)
        sentence = FOLLOWED
    else:
        sentence = _follow(refund, letters)
    item.refresh_from_db()
    if item.proposal:
        proposals.take_away(item)
    return sentence


def entered(item: WorkItem) -> Letters:
    """The letter that waits for a second officer; what another proposal brought counts no more, and neither does what somebody
    else entered from another item of the same application: whoever confirms would confirm her own."""
    handoffs = of_dispute(item.number)
    named = [one.instruction_id for one in handoffs]
    rows = Inquiry.objects.filter(instruction_id__in=named, confirmed_by=None, asked_at__gte=item.proposed_at)
    rows = rows.filter(asked_by=item.proposed_by)
    return {one.instruction_id: one for one in rows.exclude(letter="").order_by("id")}


def _write_down(delivery: Delivery, one: Written, *, by: User, letter: str, dated: date) -> Inquiry:
    """After everything that was said so far: it counts instead."""
    gone = sum((Decimal(delivery.tickets[ticket]) for ticket in one.returned), Decimal())
    left = delivery.amount if one.event in (Event.REFUSED, Event.CANCELLED) else delivery.amount - gone
    differs = one.amount is not None and one.amount != left
    sums = f" {one.amount:,.2f} 元" if one.amount is not None else ""
    return Inquiry.objects.create(
        agency=delivery.agency,
        instruction_id=delivery.instruction_id,
        asked_by=by,
        state=one.event,
        sequence=max(_last_sequence(delivery, Callback), _last_sequence(delivery, Inquiry)),
        amount=left,
        actual_amount=one.amount if differs else None,
        reason=one.reason,
        paid_on=one.paid_on,
        returned=one.returned,
        occurred_at=timezone.make_aware(datetime.combine(dated, time())),
        answer=shortened(f"书面答复：{Event(one.event).label}{sums}（{letter}，{dated}）", 200),
        letter=letter,
    )


def _last_sequence(delivery: Delivery, words: type[Callback] | type[Inquiry]) -> int:
    said = words.objects.filter(agency=delivery.agency, instruction_id=delivery.instruction_id)
    return int(said.aggregate(last=Max("sequence"))["last"] or 0)


def _must_settle(refund: RefundApplication, letters: Letters) -> None:
    """What cannot be at all is refused. What only contradicts what was said before is no mistake of whoever enters it: once it is
    confirmed everything stops, as when the agency says it by the wire."""
    if refund.disputed:
        _plan(refund, letters)
        return
    for letter in letters.values():
        try:
            tell(instruction_of(_delivery(letter)), [said(letter)])
        except Contradiction as error:
            raise NotAllowed(UNSETTLED.format(error.sentence)) from error


def _plan(refund: RefundApplication, letters: Letters) -> Plan:
    if refund.disputed != refund.number:
        raise NotAllowed(f"这笔申请随 {refund.disputed} 一并暂停，请在它的异常中登记书面答复。")
    try:
        return plan(refund, letters)
    except Contradiction as error:
        raise NotAllowed(UNSETTLED.format(error.sentence)) from error


def _follow(refund: RefundApplication, letters: Letters) -> str:
    """Nothing contradicts so far: it is news like any message."""
    try:
        with transaction.atomic():
            news = [letter for letter in letters.values() if hear(_delivery(letter), letter)]
    except Contradiction as error:
        disputes.freeze(refund, _delivery(next(iter(letters.values()))), error.sentence)
        return f"已复核确认。书面答复与此前的结果矛盾：{error.sentence}。已暂停办理，请在“{CONTRADICTORY}”中处理。"
    if not news:
        raise NotAllowed("书面答复与系统记录一致，没有需要更正的。")
    for letter in news:
        tell_difference(refund, _delivery(letter), letter)
    return FOLLOWED


def _delivery(letter: Inquiry) -> Delivery:
    return known().get(instruction_id=letter.instruction_id)
