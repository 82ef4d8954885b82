"""The way of an application in one line: its four stations; and for the applicant, who has it and until when."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from foundation.jinja2 import day, moment
from refunds.models import RefundApplication
from refunds.parameters import calendar
from refunds.states import UNDER_WAY, RefundStatus, ReviewStatus
from refunds.way.expected import expected, late_by

# Where an application is once the agency has passed it on.
AT_BANK = frozenset({RefundStatus.PAYING, RefundStatus.REFUNDED, RefundStatus.PAYMENT_FAILED})


@dataclass(frozen=True)
class Station:
    """`state` is done, now, todo or failed."""

    state: str
    title: str
    who: str = ""
    when: str = ""


def stations(refund: RefundApplication, *, internal: bool = False) -> list[Station]:
    """提交, 税务审核, 核验, 银行退付. Outside the 税务端 (not `internal`) a decision is the office's, not a person's."""
    agency = refund.scheme.agency_name
    filed = "税务代为发起" if refund.evidence else "村组经办" if refund.organisation_id else "本人"
    first = Station("done", "提交申请", filed, _moment(refund.submitted_at))
    status, account = refund.refund_status, f"{refund.bank_name} 尾号 {account_tail(refund)}"
    due = expected(refund)
    decided_by = refund.decided_by.display_name if internal and refund.decided_by else refund.office.name
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return [first, Station("failed", "税务审核", "申请人已撤销"), *_not_reached(agency)]
    if status == RefundStatus.APPLIED:
        return [
            first,
            Station("now", "税务审核", refund.office.name, _by(due.tax)),
            Station("todo", f"{agency}核验", refund.scheme.agency_title, _by(due.agency)),
            Station("todo", "银行退付", account, _by(due.bank)),
        ]
    if status == RefundStatus.TAX_RETURNED:
        failed = Station("failed", "税务审核", f"{decided_by}未通过", _moment(refund.decided_at))
        return [first, failed, *_not_reached(agency)]
    tax = Station("done", "税务审核", f"{decided_by}通过", _moment(refund.decided_at))
    if status == RefundStatus.AGENCY_RETURNED:
        return [first, tax, Station("failed", f"{agency}核验", f"{refund.scheme.agency_title}已退回"), _no_payment()]
    if status not in AT_BANK:
        at_agency = "等待移交" if status == RefundStatus.APPROVED else refund.scheme.agency_title
        verifying = Station("now", f"{agency}核验", at_agency, _by(due.agency))
        return [first, tax, verifying, Station("todo", "银行退付", account, _by(due.bank))]
    verified = Station("done", f"{agency}核验", "核验通过", _moment(refund.verified_at))
    bank = {
        RefundStatus.PAYING: Station("now", "银行退付", account, _by(due.bank)),
        RefundStatus.REFUNDED: Station("done", "银行退付", account, day(refund.refunded_on)),
        RefundStatus.PAYMENT_FAILED: Station("failed", "银行退付", "等申请人更正账户" if internal else "等您更正账户"),
    }
    return [first, tax, verified, bank[status]]


def in_brief(refund: RefundApplication) -> list[Station]:
    """The same for a list: days of this year and the next without the year, and no time of day."""
    this_year = timezone.localdate().year
    dates = re.compile(rf"(?:预计 )?(?:{this_year}|{this_year + 1})-(\d\d-\d\d)(?: \d\d:\d\d)?")
    return [replace(one, when=dates.sub(r"\1", one.when)) for one in stations(refund)]


def _by(day_: date | None) -> str:
    """Until when; and that it is late."""
    if day_ is None:
        return ""
    late = late_by(day_)
    return f"已超过 {late} 个工作日" if late else f"预计 {day(day_)} 前"


def _not_reached(agency: str) -> list[Station]:
    return [Station("todo", f"{agency}核验", "没有移交"), _no_payment()]


def _no_payment() -> Station:
    return Station("todo", "银行退付", "没有发起")


def now(refund: RefundApplication) -> tuple[str, str]:
    """(who has it, until when or what next), in words for the applicant."""
    agency = refund.scheme.agency_title
    if refund.disputed:
        return f"正在向{agency}核实", "收到的办理结果不一致，核实清楚后会继续办理，不用您做什么。"
    if refund.corrected and refund.refund_status in UNDER_WAY:
        own = refund.refund_status == RefundStatus.APPLIED
        return (
            "缴费记录有更正",
            "请打开这笔申请，按更正后的记录重新申请。" if own else "税务机关正在处理，结果会告诉您。",
        )
    match refund.refund_status:
        case RefundStatus.APPLIED:
            return f"{refund.office.name}正在审核", _until(refund)
        case RefundStatus.APPROVED:
            return "税务已通过，等待移交", f"接下来由{agency}核验，{_from_here(refund, '核验完')}"
        case RefundStatus.AGENCY_PROCESSING:
            return f"{agency}正在核验", f"{_from_here(refund, '核验完')}核验通过后由银行退付。"
        case RefundStatus.PAYING:
            return "银行正在退付", f"退到{refund.bank_name} 尾号 {account_tail(refund)}，{_from_here(refund, '到账')}"
        case RefundStatus.PAYMENT_FAILED:
            return (
                "银行没有退成，等您更正账户",
                f"原因：{refund.agency_reason or '银行没有说明'}。更正后直接重新退付，不用重新申请。",
            )
        case RefundStatus.REFUNDED:
            return (
                f"{day(refund.refunded_on)} 已退付",
                f"{refund.bank_name} 尾号 {account_tail(refund)}。没有收到，请到开户银行核对。",
            )
    return _ended(refund)


def _ended(refund: RefundApplication) -> tuple[str, str]:
    """What became of it, of an application that came to nothing."""
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return "申请已撤销", "退费状态为“未申请”，没有退费，这笔缴费可以重新申请。"
    if refund.refund_status == RefundStatus.TAX_RETURNED and refund.reject_reason:
        gave_way = "" if refund.can_apply_again else refund.reject_reason.next_step
        return (
            f"{refund.status_label}：{refund.reject_reason.label}",
            gave_way or "没有退费，这笔缴费没有变动，可以重新申请。",
        )
    if refund.refund_status == RefundStatus.AGENCY_RETURNED:
        return refund.status_label, f"原因：{refund.agency_reason or '对方没有说明'}。没有退费，这笔缴费可以重新申请。"
    return refund.status_label, "原因和下一步请看办理进度。"


def _until(refund: RefundApplication) -> str:
    if refund.paused_on or refund.due_on is None:
        return "正在核对材料，核对期间不计时限。"
    left = calendar.left(refund.due_on)
    if left < 0:
        return f"参考时限 {day(refund.due_on)} 已过，超过 {-left} 个工作日。可拨打 {settings.HOTLINE} 催办。"
    return f"参考时限 {day(refund.due_on)} 前，还有 {left} 个工作日。"


def _from_here(refund: RefundApplication, done: str) -> str:
    """By when the agency, or the bank, is usually done; and whom to ask when it is late."""
    due = expected(refund).now
    late = late_by(due)
    if late:
        return f"已超过平常的办理时间 {late} 个工作日，可拨打 {refund.scheme.hotline} 询问，报申请单号即可。"
    return f"预计 {day(due)} 前{done}。"


def account_tail(refund: RefundApplication) -> str:
    """The last four digits of the account."""
    return str(refund.account_number)[-4:]


def _moment(at: datetime | None) -> str:
    return moment(at) if at else ""
