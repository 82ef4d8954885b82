"""Apply for several payments at once, all or none, and once however often 提交 is pressed; take several back at once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from foundation import keys
from refunds import actions, errors
from refunds.application import Payment
from refunds.models import RefundApplication

Refund = TypeVar("Refund", bound=RefundApplication)
Paid = TypeVar("Paid", bound=Payment)


def apply_once(
    model: type[Refund], payments: Sequence[Paid], *, make: Callable[[Paid], Refund], by: User, key: UUID
) -> list[Refund]:
    """One application of `model` per payment, as `make(payment)` gives it. The same `key` again gives the same ones.

    Raises AlreadyClaimed when one of them has a live refund, NotRefundable when the form was sent for others before.
    """
    if earlier := _made_before(model, payments, by=by, key=key):
        return earlier
    try:
        return _submit_all([make(payment) for payment in _in_one_order(payments)], by=by, key=key)
    except errors.AlreadyClaimed:
        # A double click or a lost answer: the first press of this very form took the payments.
        if earlier := _made_before(model, payments, by=by, key=key):
            return earlier
        raise


def submitted_with(model: type[Refund], key: UUID, *, by: User) -> list[Refund]:
    """What one press of 提交 made, in the order of the payments."""
    rows: QuerySet[Any] = model.objects.visible_to(by)  # declared on the abstract model, whose rows these are not
    return list(rows.filter(submission_key=key).select_related("office").order_by("number"))


@transaction.atomic
def withdraw_all(numbers: Iterable[str], *, by: User) -> None:
    """撤销退费 of several applications, all or none (P2-07, P3-19). Raises NotWithdrawable."""
    for number in sorted(numbers):  # in one order, so that rivals cannot deadlock
        actions.withdraw(number, by=by)


def already_claimed(payments: Sequence[Payment], taken: Iterable[int]) -> str:
    """Which of them are in a live refund (`taken`), as a sentence that says what to do; empty when none is."""
    taken = set(taken)
    named = "、".join(f"{payment.year} 年 {payment.amount} 元" for payment in payments if payment.pk in taken)
    if not named:
        return ""
    rest = f"请取消勾选后，再申请其余 {len(payments) - len(taken)} 笔。" if len(taken) < len(payments) else ""
    return f"{named}正在退费或已经退费，不能再次申请，可以在退费进度里查看。{rest}"


def left_behind(payments: Sequence[Paid], stay: Sequence[tuple[Paid, str]]) -> str:
    """Of what is ticked, what stays behind while the rest is applied for, with its reason (empty: it is in a live refund)."""
    rest = len(payments) - len(stay)
    named = "、".join(f"{payment.year} 年 {payment.amount:,.2f} 元" for payment, why in stay if not why)
    claimed = f"{named}已经申请，不在里面，可以在退费进度里查看。" if named else ""
    return f"已选 {len(payments)} 笔，其中 {rest} 笔可申请，这次申请这 {rest} 笔。{claimed}" + "".join(
        why for _one, why in stay
    )


def ticked(data: QueryDict, limit: int) -> list[int]:
    """The keys of the payments ticked in a request, at most `limit`; what cannot be a key is left out."""
    return keys.numbers_in(data.getlist("payment")[:limit])


def _made_before(model: type[Refund], payments: Sequence[Payment], *, by: User, key: UUID) -> list[Refund]:
    earlier = submitted_with(model, key, by=by)
    if earlier and set().union(*(refund.payment_keys() for refund in earlier)) != {payment.pk for payment in payments}:
        raise errors.NotRefundable("这张申请表已经提交过别的缴费。请回到缴费列表重新勾选后再申请。")
    return earlier


def _in_one_order(payments: Sequence[Paid]) -> list[Paid]:
    """Whoever applies for several takes them in the same order, so that rivals cannot deadlock."""
    return sorted(payments, key=lambda payment: payment.pk)


@transaction.atomic
def _submit_all(refunds: list[Refund], *, by: User, key: UUID) -> list[Refund]:
    return [actions.submit(refund, by=by, key=key) for refund in refunds]
