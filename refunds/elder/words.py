"""Where the money is, in words of everyday speech: one sentence that says it, one that says what to do or that nothing is to be done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from foundation.jinja2 import written
from refunds.models import RefundApplication
from refunds.parameters import calendar
from refunds.states import UNDER_WAY, RefundStatus, ReviewStatus
from refunds.way.stations import account_tail, stations
from refunds.way.steps import Step

NOTHING_TO_DO = "您不用做什么。"
# What each station is called, by what became of it.
TITLES = (
    {"done": "您申请了"},
    {"done": "税务局审过了", "now": "税务局在审", "failed": "税务局没有批"},
    {"done": "{agency}核过了", "now": "{agency}在核", "failed": "{agency}没有通过", "todo": "{agency}再核一次"},
    {"done": "银行退了", "now": "银行正在退", "failed": "银行没退成", "todo": "银行退到卡里"},
)


@dataclass(frozen=True)
class Plain:
    """`title` is who has it or what became of it, `say` what that means; `action` leads to `url` where the next move is hers."""

    title: str
    say: str
    action: str = ""
    url: str = ""


def plain(refund: RefundApplication) -> Plain:
    """An application as one would tell it at the kitchen table. No query where its reason of 不通过 was read with it."""
    agency = refund.scheme.agency_plain
    if refund.disputed:
        return Plain("正在核对", f"{agency}和银行说的不一样，正在核对。{NOTHING_TO_DO}")
    if refund.corrected and refund.refund_status in UNDER_WAY:
        return _corrected(refund)
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return Plain("您撤回了", "还想退的话，可以再申请。")
    match refund.refund_status:
        case RefundStatus.APPLIED:
            return Plain("税务局正在审", _until(refund))
        case RefundStatus.APPROVED | RefundStatus.AGENCY_PROCESSING:
            return Plain(f"{agency}正在核", f"税务局审过了。{agency}核完，银行就退钱。{NOTHING_TO_DO}")
        case RefundStatus.PAYING:
            return Plain("银行正在退", f"退到{refund.bank_name}尾号 {account_tail(refund)}。{NOTHING_TO_DO}")
        case RefundStatus.PAYMENT_FAILED:
            said = _stopped(refund.agency_reason or "没有说为什么")
            url = reverse("refunds:account", args=[refund.number])
            return Plain("银行没退成", f"银行说：{said}换一张您本人的卡，钱就能退。", "换一张卡", url)
        case RefundStatus.REFUNDED:
            where = f"退到{refund.bank_name}尾号 {account_tail(refund)}"
            return Plain("钱退了", f"{written(refund.refunded_on)}{where}。没收到的，请到银行问。")
    return _returned(refund, agency)


def _corrected(refund: RefundApplication) -> Plain:
    said = f"缴费记录改了：{_stopped(refund.corrected)}"
    if not refund.can_withdraw:
        return Plain("缴费记录改了", f"{said}税务局正在办。{NOTHING_TO_DO}")
    url = reverse("refunds:reapply", args=[refund.number])
    return Plain("缴费记录改了", f"{said}请按改过的再申请一次。", "按改过的再申请", url)


def _returned(refund: RefundApplication, agency: str) -> Plain:
    """What came back, and why; where it may be asked for again, its page leads there."""
    again = ("看看为什么", refund.get_absolute_url()) if refund.can_apply_again else ("", "")
    if refund.refund_status == RefundStatus.AGENCY_RETURNED:
        said = _stopped(refund.agency_reason or "没有说为什么")
        return Plain(f"{agency}没有通过", f"{agency}说：{said}有疑问，请打 {refund.scheme.hotline}。", *again)
    return Plain("税务局没有批", "为什么，怎么办，点进去看。", *again)


def why_returned(refund: RefundApplication) -> str:
    """Why the tax office did not pass it and what to do, in the words the officer chose; empty for any other state."""
    if refund.refund_status != RefundStatus.TAX_RETURNED or refund.reject_reason is None:
        return ""
    reason = refund.reject_reason
    return "".join(_stopped(said) for said in (reason.label, refund.remark, reason.next_step) if said)


def _until(refund: RefundApplication) -> str:
    if refund.paused_on or refund.due_on is None:
        return f"正在核对材料。{NOTHING_TO_DO}"
    if calendar.left(refund.due_on) < 0:
        return f"本来 {written(refund.due_on)}前该审完，晚了。可以打 {settings.HOTLINE} 催一催。"
    return f"最晚 {written(refund.due_on)}前审完，{NOTHING_TO_DO}"


def way(refund: RefundApplication) -> list[Step]:
    """Its four stations, one below the other, with dates written out."""
    agency = refund.scheme.agency_plain
    account = f"{refund.bank_name} 尾号 {account_tail(refund)}"
    dates = (refund.submitted_at, refund.decided_at, refund.verified_at, refund.refunded_on)
    found = []
    for station, titles, at in zip(stations(refund), TITLES, dates, strict=True):
        title = titles.get(station.state, "税务局审核").format(agency=agency)
        found.append(Step(station.state, title, note=_day(at)))
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return [found[0], Step("failed", "您撤回了")]
    if refund.evidence:
        found[0] = Step("done", "税务局替您申请了", note=found[0].note)
    if refund.refund_status == RefundStatus.APPLIED and refund.due_on and not refund.paused_on:
        found[1] = Step("now", found[1].title, note=f"{written(refund.due_on)}前")
    if found[3].state in ("todo", "now"):
        found[3] = Step(found[3].state, found[3].title, note=account)
    return found


def _day(at: date | datetime | None) -> str:
    if at is None:
        return ""
    return written(timezone.localtime(at).date() if isinstance(at, datetime) else at)


def _stopped(said: str) -> str:
    """Somebody's words as a sentence of its own."""
    return said if said.endswith(("。", "！", "？")) else f"{said}。"
