"""The books, as the agency's answers say: they are what counts from now on, and whatever stood still goes on from there."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from handoff import proposals
from handoff.following import LINES
from handoff.items import UNTIL_TAKEN, close_settled, open_for, open_item
from handoff.models import Callback, Delivery, DeliveryStatus, Effect, Event, Inquiry, WorkItem, WorkItemKind
from handoff.settling.findings import NO_LETTERS, STANDINGS, Finding, Letters, Word, find
from handoff.settling.rivals import Rival, rivals_of
from handoff.store import of_application
from handoff.tasks import defer_apply, defer_send
from refunds import actions
from refunds.actions import Found
from refunds.models import RefundApplication
from refunds.states import AFTER_THE_DECISION, FINAL, LineOutcome, RefundStatus

GAVE_WAY = "同一笔缴费已由另一笔申请退付"


@dataclass(frozen=True)
class Plan:
    """What settling would do: bring the disputed application where the finding says, and have others give way."""

    refund: RefundApplication
    finding: Finding
    rivals: list[Rival]

    @property
    def yielded(self) -> frozenset[str]:
        """The tickets that others keep."""
        return frozenset().union(*(rival.keeps for rival in self.rivals))

    @property
    def found(self) -> Found:
        """Where the disputed application belongs."""
        if self.yielded and self.yielded == self.finding.kept:
            return Found(RefundStatus.TAX_RETURNED, why=actions.SUPERSEDED)
        return self.finding.found()

    @property
    def needs_two(self) -> bool:
        """Whether another officer has to confirm it."""
        moves = self.refund.refund_status != self.found.to
        leaves_the_end = moves and self.refund.refund_status in FINAL
        decides = moves and self.refund.refund_status not in AFTER_THE_DECISION
        return leaves_the_end or decides or any(rival.needs_two for rival in self.rivals)


def plan(refund: RefundApplication, letters: Letters = NO_LETTERS) -> Plan:
    """By the newest answers, `letters` before what came by the wire. Raises Contradiction when they do not settle it."""
    finding = find(refund, letters)
    return Plan(refund, finding, rivals_of(refund, finding, letters))


def settle(item: WorkItem, plan: Plan, *, by: User) -> None:
    """The answers are what counts from now on; the application stands where they say, and goes on from there."""
    refund, finding = plan.refund, plan.finding
    # 收回决定 counts one more; also where it was refused since.
    stands_again = refund.attempt > finding.attempts and not finding.stays
    if stands_again:
        refund.people.stand_again(finding.counts.delivery.tickets, by=by)
    for rival in plan.rivals:
        _settle_rival(rival, by=by)
    _take_down(finding)
    kept = finding.kept - plan.yielded
    actions.settle(refund, plan.found, by=by, among=kept, proposed_by=item.proposed_by)
    _restate_the_rest(refund, finding, without=plan.yielded)
    word = finding.counts
    tell_difference(refund, word.delivery, word.inquiry)
    _close_contradictions(refund, item, by=by, note=f"按对方答复处理：{word.inquiry.answer}")
    if word.delivery.status == DeliveryStatus.HELD:
        # It is to be sent again or stopped, and that is for a person to say.
        open_item(WorkItemKind.HELD, word.delivery, refund, f"{word.inquiry.answer}，请重新发送；不再退付的，请求停付")


def _settle_rival(rival: Rival, *, by: User) -> None:
    refund, finding = rival.refund, rival.finding
    if finding is None:
        _call_back(refund)
        if rival.ends:
            actions.give_way(refund, by=by, why=actions.SUPERSEDED)
        else:
            _set_apart(rival, by=by)
        return
    _take_down(finding)
    actions.settle_newer(refund, finding.found(), by=by)
    _restate_the_rest(refund, finding)
    word = finding.counts
    if rival.gives:
        _give_way(rival, word, by=by)
    else:
        tell_difference(refund, word.delivery, word.inquiry)


def _set_apart(rival: Rival, *, by: User) -> None:
    """One of three hundred was paid already: the others do not wait for her. Sent once nothing is frozen any more."""
    refund, gives = rival.refund, sorted(rival.gives)
    refund.people.settle(LineOutcome.RETURNED, dict.fromkeys(gives, GAVE_WAY), among=gives)
    actions.set_apart(refund, by=by)
    of_application(refund.number or "").update(frozen=bool(refund.disputed))


def _give_way(rival: Rival, word: Word, *, by: User) -> None:
    """What was paid as well has to come back, and the claim passes to the other one."""
    refund, gives, is_paid = rival.refund, sorted(rival.gives), word.inquiry.state == Event.PAID
    if is_paid:
        due = sum((Decimal(word.delivery.tickets[ticket]) for ticket in gives), word.inquiry.difference)
        detail = f"{GAVE_WAY}，这一笔也已退付，多付 {due:,.2f} 元，请收回后登记退回金额"
        _overpaid(refund, word.delivery, due, detail)
    refund.people.settle(LineOutcome.RETURNED, dict.fromkeys(gives, GAVE_WAY), among=gives)
    if rival.ends:
        actions.give_way(refund, by=by, why=actions.PAID_TWICE if is_paid else actions.SUPERSEDED)


def _take_down(finding: Finding) -> None:
    """Of every handoff, what the agency says."""
    for word in finding.all:
        word.inquiry.settled = True
        word.inquiry.save(update_fields=["settled"])
        _restate(word, counts=word is finding.counts)


def _restate(word: Word, *, counts: bool) -> None:
    delivery, to = word.delivery, STANDINGS[word.inquiry.state]
    if to == DeliveryStatus.HELD and not counts:
        to = DeliveryStatus.CANCELLED  # it never had it, and it will not be sent
    delivery.receipt = delivery.receipt or word.inquiry.receipt
    if delivery.status != to:
        delivery.repair(to=to)
    delivery.save()
    if to != DeliveryStatus.HELD:
        close_settled(UNTIL_TAKEN, delivery.instruction_id, agency=delivery.agency)


def _restate_the_rest(refund: RefundApplication, finding: Finding, *, without: frozenset[str] = frozenset()) -> None:
    """Its people, what was made meanwhile and not sent (the answers are about what was, and one of them counts), and 多付."""
    _restate_people(refund, finding, without)
    _call_back(refund, only_unsent=True)
    if len(finding.paid) > 1:
        due = sum((word.inquiry.paid_amount for word in finding.paid[:-1]), Decimal())
        detail = f"{len(finding.paid)} 次移交都已退付，多付 {due:,.2f} 元，请收回后登记退回金额"
        _overpaid(refund, finding.paid[0].delivery, due, detail)


def _restate_people(refund: RefundApplication, finding: Finding, without: frozenset[str]) -> None:
    """Whom any attempt returned is returned, unless the one that counts says otherwise of her; `without` whom another one pays."""
    if finding.stays:
        return
    word = finding.counts
    for other in finding.all:
        if returned := other.inquiry.returned:
            refund.people.settle(LineOutcome.RETURNED, returned, among=list(returned))
    outcome = LINES.get(word.inquiry.state, LineOutcome.OPEN)
    returned = word.inquiry.returned | dict.fromkeys(sorted(without), GAVE_WAY)
    refund.people.settle(outcome, returned, among=list(word.delivery.tickets), reason=word.inquiry.reason)


def _call_back(refund: RefundApplication, *, only_unsent: bool = False) -> None:
    for delivery in of_application(refund.number or ""):
        if delivery.status != DeliveryStatus.CANCELLED and not (only_unsent and delivery.is_sent):
            delivery.cancel()
            delivery.save()
            close_settled(UNTIL_TAKEN, delivery.instruction_id, agency=delivery.agency, note="移交已撤回")


def tell_difference(refund: RefundApplication, delivery: Delivery, answer: Inquiry) -> None:
    """What really left the bank was more or less than was handed off, by the agency's letter: somebody has it back, or pays the
    rest."""
    over = answer.difference
    sums = f"实际退付 {answer.paid_amount:,.2f} 元，应退 {answer.amount or 0:,.2f} 元"
    if over >= 0:
        close_settled([WorkItemKind.UNDERPAID], delivery.instruction_id, agency=delivery.agency)
    if over <= 0:
        _take_back_overpaid(delivery, answer)
    if over > 0:
        _overpaid(refund, delivery, over, f"{sums}，多付 {over:,.2f} 元，请收回后登记退回金额")
    elif over < 0:
        detail = f"{sums}，少付 {-over:,.2f} 元，请联系退费人，线下补付后写明"
        open_item(WorkItemKind.UNDERPAID, delivery, refund, detail)
        known_so_far = WorkItem.objects.filter(kind=WorkItemKind.UNDERPAID, closed_at=None)
        known_so_far.filter(instruction_id=delivery.instruction_id, agency=delivery.agency).update(detail=detail)


def _take_back_overpaid(delivery: Delivery, answer: Inquiry) -> None:
    """A letter before this one said that more was paid: nothing of that is due any more."""
    about = {"instruction_id": delivery.instruction_id, "agency": delivery.agency}
    before = Inquiry.objects.filter(settled=True, actual_amount__isnull=False, **about).exclude(pk=answer.pk).last()
    if before and before.difference > 0:
        due = WorkItem.objects.filter(kind=WorkItemKind.OVERPAID, amount_due=before.difference, closed_at=None, **about)
        due.filter(amount_back=None).update(closed_at=timezone.now(), note="按新的书面答复没有多付", proposal="")


def _overpaid(refund: RefundApplication, about: Delivery, due: Decimal, detail: str) -> None:
    """多付: open until all of it is back."""
    item = open_for(WorkItemKind.OVERPAID, about.instruction_id, agency=about.agency, refund=refund, detail=detail)
    item.amount_due, item.detail = due, detail
    item.save(update_fields=["amount_due", "detail"])


def _close_contradictions(refund: RefundApplication, item: WorkItem, *, by: User, note: str) -> None:
    """Whichever item it was asked from; another trouble of the same application stays open."""
    for one in WorkItem.objects.filter(kind=WorkItemKind.CONTRADICTION, number=refund.number, closed_at=None):
        proposals.close(one, by=by, note=note)
    if item.kind != WorkItemKind.CONTRADICTION and item.proposal:
        proposals.take_away(item)


def unfreeze(sender: type, refund: RefundApplication, **_signal: object) -> None:
    """Receiver of `lifted`: what waits to be sent is sent, and what was said meanwhile is applied."""
    handoffs = of_application(refund.number or "")
    if not handoffs.filter(frozen=True).update(frozen=False):
        return
    for delivery in handoffs.filter(status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)):
        defer_send(delivery)
    kept = Callback.objects.filter(instruction_id__in=handoffs.values("instruction_id"), effect=Effect.KEPT)
    for callback in list(kept):
        Callback.objects.filter(pk=callback.pk).update(applied_at=None, effect="")
        defer_apply(callback)
