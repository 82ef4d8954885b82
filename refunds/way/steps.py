"""The way of one application in plain words: what happened (from the history rows), what is going on, what is to come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings

from accounts.models import OFFICER_ROLES
from refunds.models import RefundApplication, RejectReason
from refunds.parameters.calendar import note_on
from refunds.schemes import Scheme
from refunds.states import RefundStatus
from refunds.way.expected import expected, late_by
from refunds.way.short import Ending, Shortfall
from refunds.way.stations import account_tail

# Actions that only the 税务端 sees: outside it, 待复核 is 待审核.
INTERNAL = frozenset({"refer", "send_back", "undo_referral", "redirect", "assign"})
# Before the application: no step of it.
BEFORE = frozenset({"draft"})

TITLES = {
    "submit": "提交退费申请",
    "withdraw": "申请人撤销退费",
    "convert": "转为税务机关代为发起",
    "refer": "初审通过，转复核",
    "send_back": "复核退回初审",
    "assign": "转交同事",
    "approve": "税务审核通过",
    "countersign": "税务审核通过",
    "reject": "税务审核未通过",
    "acknowledge": "{agency}已接收",
    "refuse": "{agency}退回",
    "accept": "{agency}核验通过，转银行退付",
    "pay": "退费成功",
    "bounce": "银行退付失败",
    "correct_account": "更正账户，重新退付",
    "undo": "审核决定已收回",
    "undo_referral": "转复核已收回",
    "return_payment": "银行退汇，款项被退回",
    "pay_after_all": "银行已按原账户退付",
    "recall": "移交已撤回",
    "stop": "已停止退付",
    "give_way": "改由另一笔申请退付",
    "set_apart": "部分人员改由另一笔申请退付，其余继续",
    "dispute": "结果不一致，正在向{agency}核实",
    "settle": "核实完毕",
    "correct": "缴费记录有更正",
    "correct_back": "缴费记录已恢复原样",
    "move": "转由另一税务机关审核",
    "redirect": "改由上级或本级审核人重新审核",
}
FAILED = frozenset({"reject", "refuse", "bounce", "return_payment", "recall", "stop", "give_way"})
# Ended by the tax side (`settle` only where it was 停付), with a reason of the list that says what to do next.
RETURNED = frozenset({"reject", "recall", "stop", "give_way", "settle"})
# The same, done by an officer for the person (O-04).
ON_BEHALF = {
    "submit": "税务机关代为发起退费",
    "withdraw": "税务机关代申请人撤销退费",
    "correct_account": "税务机关代为更正账户，重新退付",
}
# Beside 更正账户 with the account as it was.
MENDED = "账户没有改动：申请人说明银行已处理好，按原账户重新退付"
# What ends somebody's turn in the 税务端.
DECISIONS = frozenset({"approve", "countersign", "reject", "refer", "send_back", "withdraw", "undo", "undo_referral"})
PASSED = frozenset({"approve", "countersign"})
ANSWERED = frozenset({"accept", "pay", "pay_after_all"})
# What the bank did, whoever reports it.
OF_BANK = frozenset({"pay", "bounce", "return_payment", "pay_after_all"})

# What came of 少付: title and what is to be known.
ENDINGS = {
    Ending.BY_HAND: ("少退的 {sum}已办结", "税务机关已在线下处理。没有收到的，请拨打 {} 询问。"),
    Ending.PAID_IN_FULL: ("核实没有少退", "按新的书面答复，银行已足额退付，不用补付。"),
    Ending.RETURNED: ("少退的 {sum}不再另补", "银行已把整笔退回，更正账户后整笔重新退付。"),
}

# What is going on and what is still to come, by the state it is in: (title, who has it).
AHEAD = {
    RefundStatus.APPLIED: (("税务审核", "office"), ("{agency}核验", "agency"), ("银行退付", "bank")),
    RefundStatus.APPROVED: (("移交{agency}", "agency"), ("{agency}核验", "agency"), ("银行退付", "bank")),
    RefundStatus.AGENCY_PROCESSING: (("{agency}核验", "agency"), ("银行退付", "bank")),
    RefundStatus.PAYING: (("银行退付", "bank"),),
    RefundStatus.PAYMENT_FAILED: (("等待您更正账户", "applicant"), ("银行退付", "bank")),
}


class HistoryRow(Protocol):
    """A row of history; every kind of application has a model of its own (`refunds.history.track`)."""

    pgh_created_at: datetime
    pgh_context: dict[str, Any] | None
    reject_reason: RejectReason | None
    remark: str
    agency_reason: str
    refunded_on: date | None
    evidence: str
    corrected: str
    attempt: int


@dataclass(frozen=True)
class Step:
    """`state` is done, now, todo or failed."""

    state: str
    title: str
    holder: str = ""
    at: datetime | None = None
    expected: date | None = None
    note: str = ""
    reason: str = ""
    action: str = ""


def steps(refund: RefundApplication, *, internal: bool = False, shortfalls: Iterable[Shortfall] = ()) -> list[Step]:
    """For the applicant, or with `internal` for officers (who decided, and the two-person steps). At most two queries.

    `shortfalls` are what `way.short` found of it."""
    history: Iterable[HistoryRow] = refund.events.select_related("reject_reason").order_by("pgh_id")
    events = [event for event in history if _action(event) not in BEFORE]
    done = {event: _done(event, refund, internal) for event in events if internal or _action(event) not in INTERNAL}
    if refund.disputed and (disputes := [event for event in done if _action(event) == "dispute"]):
        done[disputes[-1]] = replace(done[disputes[-1]], state="now")
    for event, note in _apart(events, refund):
        done[event] = replace(done[event], note="。".join(filter(None, [done[event].note, note])))
    missing = [step for shortfall in shortfalls for step in _missing(shortfall, refund)]
    past = sorted([*done.values(), *missing], key=_moment) if missing else done.values()
    return [*past, *ahead(refund, internal=internal)]


def _moment(step: Step) -> datetime:
    assert step.at is not None, "what happened has a time"
    return step.at


def _missing(shortfall: Shortfall, refund: RefundApplication) -> Iterator[Step]:
    """少付: what was found and when, and what came of it."""
    sum_of = f"{shortfall.amount:,.2f} 元"
    open_still = shortfall.closed_at is None
    yield Step(
        "now" if open_still else "done",
        f"核对出银行少退 {sum_of}",
        holder=refund.office.name,
        at=shortfall.found_at,
        note=f"依据{refund.scheme.agency_title}的书面答复。"
        + ("税务机关会联系您补付，不用重新申请。" if open_still else ""),
    )
    if shortfall.ending:
        title, note = ENDINGS[shortfall.ending]
        yield Step(
            "done",
            title.format(sum=sum_of),
            refund.office.name,
            shortfall.closed_at,
            note=note.format(settings.HOTLINE),
        )


def _action(event: HistoryRow) -> str:
    return str((event.pgh_context or {}).get("action", ""))


def _done(event: HistoryRow, refund: RefundApplication, internal: bool) -> Step:
    action = _action(event)
    return Step(
        state="failed" if action in FAILED else "done",
        title=_title(event, action).format(agency=refund.scheme.agency_name),
        holder=_holder(event, refund, internal),
        at=event.pgh_created_at,
        note=_note(event, action, refund.scheme),
        reason=_reason(event, action),
        action=action,
    )


def _title(event: HistoryRow, action: str) -> str:
    return (_of_officer(event) and ON_BEHALF.get(action)) or TITLES.get(action, action)


def _of_officer(event: HistoryRow) -> bool:
    return (event.pgh_context or {}).get("role") in OFFICER_ROLES


def _apart(events: list[HistoryRow], refund: RefundApplication) -> Iterator[tuple[HistoryRow, str]]:
    """Beside the pass, and beside the newest answer of the agency: how many people of a batch went another way."""
    apart = refund.people.apart()
    passed = [event for event in events if _action(event) in PASSED]
    answered = [event for event in events if _action(event) in ANSWERED]
    if passed and apart.get("left_out"):
        yield passed[-1], f"部分通过：{apart['left_out']:,} 人不通过，其余人员通过。"
    if answered and apart.get("returned"):
        yield answered[-1], f"部分人员被{refund.scheme.agency_name}退回：{apart['returned']:,} 人。"


def _holder(event: HistoryRow, refund: RefundApplication, internal: bool) -> str:
    context = event.pgh_context or {}
    if _action(event) in OF_BANK:
        # An account that was corrected since may be with another bank.
        return refund.bank_name if event.attempt == refund.attempt else "银行"
    if "agency" in context:
        return refund.scheme.agency_title
    if "system" in context:
        return "税务核心系统"
    if context.get("role") in ("resident", "clerk"):
        return refund.payee_name
    # Outside the 税务端 a decision is the office's, not a person's.
    if not internal:
        return refund.office.name
    proposed = f"（{context['proposed_name']} 提出）" if "proposed_name" in context else ""
    return f"{context.get('place', '')} {context.get('name', '')}{proposed}"


def _handed(context: dict[str, Any]) -> str:
    """Of 转交: who had it, and who has it now."""
    before, now = context.get("from_name"), context.get("to_name")
    had = f"原由{before}领取" if before else "原来没有人领取"
    return f"{had}，{f'现由{now}办理' if now else '放回队列'}"


def _note(event: HistoryRow, action: str, scheme: Scheme) -> str:
    mended = MENDED if (event.pgh_context or {}).get("mended") else ""
    return "。".join(filter(None, [mended, _note_of(event, action, scheme)]))


def _note_of(event: HistoryRow, action: str, scheme: Scheme) -> str:
    context = event.pgh_context or {}
    if action == "assign":
        return _handed(context)
    if action == "move":
        return f"由{context.get('moved_from', '')}转到{context.get('moved_to', '')}，参考时限不变。"
    if action in ON_BEHALF and _of_officer(event):
        return f"依据：{event.evidence}"
    if action in RETURNED and event.reject_reason:
        return f"下一步：{event.reject_reason.next_step}"
    if action in ("pay", "pay_after_all") and event.refunded_on:
        return f"银行退付日期 {event.refunded_on.isoformat()}"
    if action in ("bounce", "return_payment"):
        return "下一步：更正账户后重新退付，不用重新申请。"
    if action == "refuse":
        return f"下一步：如有疑问，请咨询当地社保经办机构或拨打 {scheme.hotline}；情况有变化时可以重新申请。"
    return ""


def _reason(event: HistoryRow, action: str) -> str:
    if action == "correct":
        return event.corrected
    if action in ("reject", "give_way") and event.reject_reason:
        return "，".join(filter(None, [f"原因：{event.reject_reason.label}", event.remark]))
    if action in ("refuse", "bounce", "return_payment"):
        return f"原因：{event.agency_reason or '对方没有说明'}"
    return f"复核意见：{event.remark}" if action == "send_back" else ""


def ahead(refund: RefundApplication, *, internal: bool = False) -> list[Step]:
    """What is going on and what is still to come. No query beside the office, where that was not read with it."""
    if refund.disputed:
        return []  # what comes next is known once it is settled
    if refund.corrected and refund.refund_status != RefundStatus.REFUNDED:
        return []  # and once the applicant, or an officer, has dealt with what was corrected
    scheme, due = refund.scheme, expected(refund)
    holders = {
        "office": (refund.office.name, due.tax),
        "agency": (scheme.agency_title, due.agency),
        "bank": (f"{refund.bank_name} 尾号 {account_tail(refund)}", due.bank),
        "applicant": (refund.payee_name, None),
    }
    to_come = [
        Step("todo", title.format(agency=scheme.agency_name), holders[holder][0], expected=holders[holder][1])
        for title, holder in AHEAD.get(refund.refund_status, ())
    ]
    if to_come:
        to_come[0] = _now(to_come[0], refund, internal)
    return to_come


def _now(step: Step, refund: RefundApplication, internal: bool) -> Step:
    """The step going on; for the applicant with what is to be said of its day: on what it was reckoned, or that it has passed."""
    if internal or step.expected is None:
        return replace(step, state="now")
    late, note = late_by(step.expected), note_on(step.expected)
    if late and refund.refund_status == RefundStatus.APPLIED:
        note = f"已超过参考时限 {late} 个工作日，您可以拨打 {settings.HOTLINE} 催办。"
    elif late:
        note = f"已超过平常的办理时间 {late} 个工作日，您可以拨打 {refund.scheme.hotline} 询问。"
    return replace(step, state="now", note=note)
