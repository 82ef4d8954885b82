"""Another application that has the payment by now. One of the two keeps it: the disputed one, unless the bank has returned its
money and the other one's not. The other one gives way: called back if nothing of it has left, stopped first if it may be paid, and
多付 if it was paid as well."""

from dataclasses import dataclass

from handoff.models import Delivery
from handoff.settling.findings import NO_LETTERS, Finding, Letters, find, may_be_paid
from handoff.store import of_application
from handoff.story import Contradiction
from refunds import actions
from refunds.models import RefundApplication
from refunds.states import FINAL, RELEASING, RefundStatus, ReviewStatus


@dataclass(frozen=True)
class Rival:
    """`finding` is None when nothing of it can be with the agency. Of the tickets that both have it `gives` or `keeps` all; of a
    batch the `rest` goes on."""

    refund: RefundApplication
    finding: Finding | None = None
    gives: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()
    rest: frozenset[str] = frozenset()

    @property
    def ends(self) -> bool:
        """Whether nothing is left of it."""
        if self.finding is None:
            return not self.rest
        return bool(self.gives) and self.gives == self.finding.kept

    @property
    def needs_two(self) -> bool:
        """Calling back takes two officers, and so does leaving what is final."""
        if self.finding is None or self.ends:
            return True
        return self.refund.refund_status in FINAL and self.refund.refund_status != self.finding.to


def rivals_of(refund: RefundApplication, finding: Finding, letters: Letters = NO_LETTERS) -> list[Rival]:
    """What has payments that this one would keep, `locked` with it. Raises Contradiction while it is not clear who is paid."""
    if finding.to in RELEASING:
        return []
    return [_rival(actions.again(type(refund), number), finding, letters) for number in refund.holders(finding.kept)]


def _rival(other: RefundApplication, disputed: Finding, letters: Letters) -> Rival:
    if disputed.counts.inquiry.state == "unknown":
        # It would take the payment, and may never be paid itself.
        raise Contradiction(f"对方查无 {disputed.counts.delivery.instruction_id}，请先对它请求停付，再向对方核实")
    if other.refund_status == RefundStatus.APPLIED:
        referred = "退回初审，并" if other.review_status == ReviewStatus.COUNTERSIGN else ""
        raise Contradiction(f"这笔缴费已在 {other.number} 中再次申请，请先对它{referred}作出不通过的决定")
    handoffs = list(of_application(other.number or ""))
    if certainly_not_there(handoffs):
        has = frozenset(handoffs[-1].tickets) if handoffs else frozenset()
        return Rival(other, gives=has & disputed.kept, rest=has - disputed.kept)
    finding = find(other, letters)
    both = frozenset() if finding.to in RELEASING else disputed.kept & finding.kept
    if both and disputed.to == RefundStatus.PAYMENT_FAILED != finding.to:
        return Rival(other, finding, keeps=both)
    if both and finding.counts.may_be_paid:
        raise Contradiction(may_be_paid(finding.counts))
    if both and disputed.counts.may_be_paid and finding.to == RefundStatus.REFUNDED:
        raise Contradiction(may_be_paid(disputed.counts))
    return Rival(other, finding, gives=both)


def certainly_not_there(handoffs: list[Delivery]) -> bool:
    """Never sent, or not taken by the agency."""
    return all(one.is_certainly_not_there for one in handoffs)
