"""What to tell a caller about one application: who has it, until when, how much; and the stations of its way."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from foundation.jinja2 import NONE_SHOWN, day, money
from refunds.parameters import calendar
from refunds.said import Paid
from refunds.states import RefundStatus, ReviewStatus
from refunds.way.stations import Station, account_tail, stations

# Fewer working days left than this, or as many, is soon.
NEAR = 3


@dataclass(frozen=True)
class Answer:
    """`say` is the sentence; `more` what follows if the caller asks on; `tone` of a deadline: plain, near or over."""

    say: str
    more: str
    tone: str
    stations: list[Station]


def answer(refund, part: Paid | None = None) -> Answer:
    """About an application; or about the `part` of one person in a batch."""
    who, more = _now(refund)
    if part and part.status != refund.refund_status:
        who = f"本人这一笔{part.words}"
    kind, filed = (f" {part.kind}", f"（{refund.payee_name}整批申请）") if part else ("", "")
    what = f"{refund.scheme.label} {refund.year} 年度{kind} {money((part or refund).amount)} 元{filed}"
    tone = "plain"
    if refund.review_status in (ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN):
        left = calendar.left(refund.due_on)
        tone = "over" if left < 0 else "near" if left <= NEAR else "plain"
    return Answer(f"{what}，{who}", more, tone, stations(refund, internal=True))


def _now(refund) -> tuple[str, str]:
    """(who has it, until or since when)."""
    agency, account = refund.scheme.agency_name, f"{refund.bank_name} 尾号 {account_tail(refund)}"
    if refund.disputed:
        return f"正在向{refund.scheme.agency_title}核实", "核实清楚前暂停办理，不用缴费人做什么。"
    decided = f"税务 {_on(refund.decided_at)} 已通过，退到{account}。"
    status = refund.refund_status
    if status == RefundStatus.APPLIED:
        step = "复核" if refund.review_status == ReviewStatus.COUNTERSIGN else "审核"
        return f"等待{refund.office.name}{step}", _due(refund)
    if status == RefundStatus.NOT_APPLIED:
        return "申请人已撤销", "这笔缴费可以重新申请。"
    if status == RefundStatus.TAX_RETURNED:
        reason = refund.reject_reason
        why = "，".join(filter(None, [reason.label if reason else "", refund.remark]))
        return f"税务 {_on(refund.decided_at)} 未通过", f"原因：{why}。下一步：{reason.next_step if reason else ''}"
    if status == RefundStatus.AGENCY_RETURNED:
        return f"{agency}退回", f"原因：{refund.agency_reason or '对方没有说明'}。可拨打 {refund.scheme.hotline} 咨询。"
    if status == RefundStatus.PAYMENT_FAILED:
        why = refund.agency_reason or "对方没有说明"
        return "银行退付失败，等申请人更正账户", f"原因：{why}。更正账户后重新退付，不用重新申请。"
    if status == RefundStatus.REFUNDED:
        return f"{day(refund.refunded_on)} 已退到{account}", "请缴费人查一下这个账户；没有收到，请到开户银行核对。"
    if status == RefundStatus.PAYING:
        return "银行正在退付", f"{agency}已核验通过。{decided}"
    if status == RefundStatus.AGENCY_PROCESSING:
        return f"{agency}正在核验", decided
    return f"等待移交{agency}", decided


def _due(refund) -> str:
    if refund.paused_on:
        return f"等待核对材料，{day(refund.paused_on)} 起不计时限。"
    left = calendar.left(refund.due_on)
    if left < 0:
        return f"参考时限 {day(refund.due_on)}，已超过 {-left} 个工作日，请尽快办理。"
    return f"参考时限 {day(refund.due_on)}，还有 {left} 个工作日。"


def _on(at: datetime | None) -> str:
    return day(timezone.localdate(at)) if at else NONE_SHOWN
