"""What the schemes hold of a person, for the record that she asks for: all payments of all years, and all her applications."""

from typing import Any

from accounts.models import User
from accounts.own.record import Sheet
from foundation.jinja2 import day, moment
from refunds import schemes

PAID = ["险种", "票据号", "年度", "缴费类型", "金额（元）", "到账情况", "退费状态"]
APPLIED = ["险种", "申请单号", "年度", "提交时间", "退费金额（元）", "退费状态", "退费日期", "账户"]


def of_person(sender: Any, user: User, **kwargs: Any) -> list[Sheet]:
    """Of a resident: a clerk's and an officer's account says nothing of what she paid herself."""
    if not user.is_resident:
        return []
    return [Sheet("缴费记录", PAID, list(_paid(user))), Sheet("退费申请", APPLIED, list(_applied(user)))]


def _paid(user: User) -> Any:
    for scheme in schemes.every():
        hers = scheme.ledger.objects.filter(**{scheme.payer: user.person_id}).order_by("-year", "-id")
        payments, refunds = scheme.paid_with(hers)
        for one in scheme.paid(list(payments), list(refunds)):
            yield scheme.label, one.ticket, one.year, one.kind, one.amount, one.arrival, one.words or "未申请"


def _applied(user: User) -> Any:
    for scheme in schemes.every():
        for one in scheme.model.objects.visible_to(user).order_by("-submitted_at", "-id"):
            account = "，".join(str(value) for _label, value in scheme.account(one) if value)
            yield (
                scheme.label, one.number or "", str(one.year or ""), moment(one.submitted_at), one.amount,
                one.get_refund_status_display(), day(one.refunded_on), account,
            )  # fmt: skip
