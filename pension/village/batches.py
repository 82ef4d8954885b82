"""A batch from 保存 to its end: submitted whole, and what became of each person (P3-16 … P3-21)."""

from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Sum

from foundation import crypto, keys
from pension.models import Payment, PensionRefund, PensionRefundLine
from pension.village import drafts
from pension.village.parts import OUTCOMES, whole
from refunds import actions, applying, errors
from refunds.records import RecordStatus
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


def as_corrected(refund) -> drafts.Chosen:
    """Whom of a batch the record still has, and what it comes to by now: what would be asked for again."""
    held = PensionRefundLine.objects.filter(payment=OuterRef("pk"), live=True).exclude(refund=refund)
    payments = Payment.objects.filter(
        pk__in=refund.lines.values("payment"),
        collective=refund.collective_id,
        record_status=RecordStatus.NORMAL,
    )
    found = payments.exclude(Exists(held)).aggregate(people=Count("pk"), amount=Sum("amount"))
    return drafts.Chosen(found["people"], found["amount"] or Decimal("0.00"))


def why_not_again(refund) -> str:
    """Why a batch cannot be applied for again as it is now; empty when it can."""
    if not refund.corrected or not refund.can_withdraw:
        return "这批退费的缴费记录没有待处理的更正，不用重新申请。"
    draft = drafts.of_payment(refund.collective)
    if draft is not None and (draft.account_number or draft.lines.exists()):
        return "这笔缴费另有没提交的草稿。请先提交或清空草稿；或撤销这批退费，其中的人会放入草稿。"
    return "" if as_corrected(refund).people else "缴费记录更正后，这批已没有可以退费的人，请撤销退费。"


@transaction.atomic
def reapply(refund, *, by, seen: str) -> PensionRefund:
    """按更正后的记录重新申请: taken back, and applied for in the same step for those whom the record still has, with its amounts and
    the same account. `seen` is what the page showed (`said`). Raises NotRefundable, NotWithdrawable, Changed."""
    drafts.lock(refund.collective)
    if why_not := why_not_again(refund):
        raise errors.NotRefundable(why_not)
    actions.withdraw(refund.number, by=by)
    drafts.give_back(refund, by=by)
    draft = drafts.of_payment(refund.collective)
    chosen = drafts.chosen(draft)
    if draft is None or said(chosen) != seen:
        raise Changed
    draft.people_count, draft.amount = chosen.people, chosen.amount
    return actions.submit(draft, by=by, key=uuid4())


def said(chosen: drafts.Chosen) -> str:
    """How many and how much, as a form carries it."""
    return f"{chosen.people} {chosen.amount:.2f}"


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
