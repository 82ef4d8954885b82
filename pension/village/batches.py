"""A batch from 保存 to its end: submitted whole, and what became of each person (P3-16 … P3-21)."""

from django.db import transaction

from foundation import crypto, keys
from pension.models import PensionRefund
from pension.village import drafts
from pension.village.parts import OUTCOMES, whole
from refunds import actions, applying, errors
from refunds.states import Outcome, ReviewStatus


class Changed(errors.RefundError):
    """Somebody moved people after the check page was shown."""

    def __init__(self):
        super().__init__("退费区在您核对之后有变动（可能是同村另一位经办人操作的）。请核对新的人数和金额后再提交。")


def problem(draft) -> str:
    """Why the draft cannot be submitted yet, as a sentence; empty when it can."""
    if draft is None or not draft.lines.exists():
        return "退费区还没有人员。请先从选择区添加，或上传名单。"
    if held := drafts.conflicts(draft):
        names = "、".join(line.payment.person.name for line in held[:5])
        more = f" 等 {drafts.held_elsewhere(draft).count():,} 人" if len(held) > 5 else ""
        return f"{names}{more}的缴费正在其他退费申请中。请点击【移出这些人员】后再保存。"
    return ""


@transaction.atomic
def submit(collective, *, account, by, key, seen) -> PensionRefund:
    """Submit the draft as one batch with one number (P3-16). `seen` is the `fingerprint` of what the check page showed.

    The same `key` again gives the same batch. Raises Changed, AlreadyClaimed.
    """
    drafts.lock(collective)
    key = keys.uuid_or_new(key)
    if earlier := _submitted_with(key, collective, by=by):
        return earlier
    draft = drafts.of_payment(collective)
    if draft is None or fingerprint(draft, account) != seen:
        raise Changed
    chosen = drafts.chosen(draft)
    draft.people_count, draft.amount = chosen.people, chosen.amount
    draft.set_account(account)
    return actions.submit(draft, by=by, key=key)


def fingerprint(draft, account) -> str:
    """Of everybody in the draft, every amount and the whole account: what was checked is what is submitted."""
    lines = list(draft.lines.order_by("payment_id").values_list("payment_id", "amount"))
    money = [account[name] for name in (*PensionRefund.TYPED, "account_number", "contact_phone")]
    return crypto.blind_index(repr((lines, money, account["bank"].code)), purpose="batch").hex()


# Everybody whose money has not come, whatever stands in its way: a filter of 退费明细.
UNPAID = "unpaid"


def lines_of(refund, outcome: str = ""):
    """The lines of a batch, or only those with that outcome (a key of OUTCOMES; anything else means all)."""
    lines = refund.lines.order_by("pk")
    if outcome == UNPAID:
        return lines.exclude(OUTCOMES[Outcome.PAID]) if not whole(refund) else lines
    if outcome not in OUTCOMES:
        return lines
    if everybody := whole(refund):
        return lines if outcome == everybody else lines.none()
    return lines.filter(OUTCOMES[Outcome(outcome)])


@transaction.atomic
def withdraw(refunds, *, by) -> int:
    """撤销退费 of several batches, all or none; their people and account are drafts again. Returns how many people are.

    Raises NotWithdrawable.
    """
    for collective in sorted({refund.collective for refund in refunds}, key=lambda one: one.pk):
        drafts.lock(collective)  # before their batches, as whoever submits does
    applying.withdraw_all([refund.number for refund in refunds], by=by)
    return sum(drafts.give_back(refund, by=by) for refund in refunds)


@transaction.atomic
def again(refund, *, by) -> int:
    """Put those left out or returned into the draft of the same payment, as far as they are free. Returns how many."""
    if refund.review_status != ReviewStatus.COMPLETED:
        raise errors.NotAllowed("这批退费还没有审核完成，暂时不能重新申请其中的人员。")
    undone = lines_of(refund, "left_out") | lines_of(refund, "returned")
    payments = list(undone.values_list("payment_id", flat=True))
    return drafts.add(refund.collective, by=by, payments=payments)


def _submitted_with(key, collective, *, by):
    return PensionRefund.objects.visible_to(by).filter(submission_key=key, collective=collective).first()
