"""A resident applies for one or several of her payments, and takes applications back."""

from django.conf import settings
from django.db import transaction

from pension.models import Payment, PensionRefund, PensionRefundLine
from refunds import actions, errors


def apply(payments: list[Payment], *, account: dict, by, key) -> list[PensionRefund]:
    """One application per payment, all or none. The same `key` again gives the same applications.

    Raises NotRefundable for an arrived payment (P1-11), AlreadyClaimed when one of them has a live refund.
    """
    for payment in payments:
        if not payment.is_applicable:
            raise errors.NotRefundable(why_not(payment))
    if earlier := submitted_with(key, by=by):
        if sum(refund.lines.filter(payment__in=payments).count() for refund in earlier) != len(payments):
            raise errors.NotRefundable("这张申请表已经提交过别的缴费。请回到缴费列表重新勾选后再申请。")
        return earlier
    try:
        return _submit_all(payments, account=account, by=by, key=key)
    except errors.AlreadyClaimed:
        # A double click or a lost answer: the first press of this very form took the payments.
        if earlier := submitted_with(key, by=by):
            return earlier
        raise


def submitted_with(key, *, by) -> list[PensionRefund]:
    """What one press of 提交 made, in the order of the payments."""
    return list(PensionRefund.objects.visible_to(by).filter(submission_key=key).order_by("number"))


def already_claimed(payments: list[Payment]) -> str:
    """Which of them are in a live refund, as a sentence that says what to do; empty when none is."""
    live = PensionRefundLine.objects.filter(payment__in=payments, live=True).values_list("payment", flat=True)
    taken = [payment for payment in payments if payment.pk in set(live)]
    if not taken:
        return ""
    named = "、".join(f"{payment.year} 年 {payment.amount} 元" for payment in taken)
    rest = f"请取消勾选后，再申请其余 {len(payments) - len(taken)} 笔。" if len(taken) < len(payments) else ""
    return f"{named}正在退费或已经退费，不能再次申请，可以点击【进度查询】查看。{rest}"


def why_not(payment: Payment) -> str:
    """Why an arrived payment cannot be applied for here, and whom to ask (P1-11)."""
    return (
        f"{payment.year} 年的 {payment.amount} 元已到账，不能在网上申请退费。"
        f"正常已到账的缴费需联系税务人员发起退费申请：{payment.office.name}，或拨打 {settings.HOTLINE}。"
    )


@transaction.atomic
def _submit_all(payments, *, account, by, key):
    refunds = []
    for payment in sorted(
        payments, key=lambda payment: payment.pk
    ):  # one order for all, so that rivals cannot deadlock
        refund = PensionRefund.of_payment(payment)
        refund.set_account(account)
        refunds.append(actions.submit(refund, by=by, key=key))
    return refunds


@transaction.atomic
def withdraw(numbers: list[str], *, by) -> None:
    """撤销退费 of several applications, all or none (P2-07)."""
    for number in sorted(numbers):
        actions.withdraw(number, by=by)
