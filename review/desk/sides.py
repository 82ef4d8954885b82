"""两边的说法 of a 移交异常: what we know of each handoff and what the agency answered, and every message between the two."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from foundation.jinja2 import day, moment, money
from handoff.models import Callback, Delivery, DeliveryStatus, Event, Inquiry, WorkItem
from handoff.settling import STANDINGS
from refunds import schemes
from refunds.models import RefundApplication

# An agency that repeats itself for days fills no page: the newest ones count.
MOST_MESSAGES = 300
SAME, DIFFERENT = "一致", "不同"
NEAR, OVER = timedelta(days=1), timedelta(days=3)


@dataclass(frozen=True)
class Age:
    """How long something waits, in words; `tone` is plain, near (from 1 day) or over (from 3)."""

    words: str
    tone: str


def age(since: datetime, until: datetime | None = None) -> Age:
    """From then till now."""
    waited = max((until or timezone.now()) - since, timedelta())
    hours = waited.seconds // 3600
    if waited < timedelta(hours=1):
        words = f"{max(1, waited.seconds // 60)} 分钟"
    elif waited < NEAR:
        words = f"{hours} 小时"
    else:
        words = f"{waited.days} 天 {hours} 小时" if hours and waited < OVER else f"{waited.days} 天"
    return Age(words, "over" if waited >= OVER else "near" if waited >= NEAR else "plain")


@dataclass(frozen=True)
class Line:
    """One thing that both sides say something about; `verdict` is empty where there is nothing to compare."""

    label: str
    ours: str
    theirs: str
    verdict: str = ""


@dataclass(frozen=True)
class Sides:
    """One handoff, as either side has it."""

    delivery: Delivery
    lines: list[Line]


def sides(
    refunds: dict[str, RefundApplication],
    handoffs: list[Delivery],
    inquiries: list[Inquiry],
    callbacks: list[Callback],
) -> list[Sides]:
    """Each handoff beside the newest answer about it (before anybody asked, beside its newest message), the newest first.
    `refunds` are their applications by number."""
    answers = {inquiry.instruction_id: inquiry for inquiry in inquiries}
    heard = {callback.instruction_id: callback for callback in callbacks}
    return [
        _sides(refunds.get(one.number), one, answers.get(one.instruction_id) or heard.get(one.instruction_id))
        for one in reversed(handoffs)
    ]


def _sides(refund, delivery, word: Inquiry | Callback | None) -> Sides:
    state = _state(word)
    paid = refund.refunded_on if refund and refund.paid_attempt == delivery.attempt else None
    told = word if word and state not in ("", "unknown") else None
    receipt = told.receipt or "--" if isinstance(told, Inquiry) else None
    lines = [
        Line("状态", delivery.get_status_display(), _words(word), _same_state(delivery, state)),
        _line("金额", _yuan(delivery.amount), _yuan(told.amount) if told else None),
        _line("回执号", delivery.receipt or "--", receipt),
        _line("退付日期", day(paid), day(told.paid_on if state == Event.PAID else None) if told else None),
        Line("时间", _times(delivery), _told_at(word)),
    ]
    return Sides(delivery, lines)


def _state(word: Inquiry | Callback | None) -> str:
    if word is None:
        return ""
    if isinstance(word, Inquiry):
        return word.state
    return word.event


def _words(word: Inquiry | Callback | None) -> str:
    if word is None:
        return "还没有消息，也没有问过对方"
    said = word.answer if isinstance(word, Inquiry) else f"回传：{word.get_event_display()}（还没有问过对方）"
    return "，".join(filter(None, [said, word.reason]))


def _same_state(delivery: Delivery, state: str) -> str:
    if not state:
        return ""
    return SAME if STANDINGS.get(state) == delivery.status else DIFFERENT


def _line(label: str, ours: str, theirs: str | None) -> Line:
    """Compared, unless the other side has said nothing or there is nothing on either."""
    comparable = theirs is not None and not ours == theirs == "--"
    return Line(label, ours, theirs or "--", (SAME if ours == theirs else DIFFERENT) if comparable else "")


def _yuan(amount) -> str:
    return "--" if amount is None else f"{money(amount)} 元"


def _times(delivery: Delivery) -> str:
    sent = f"{moment(delivery.sent_at)} 发出" if delivery.sent_at else "还没有发出"
    taken = f"，{moment(delivery.acknowledged_at)} 对方接收" if delivery.acknowledged_at else ""
    return f"{sent}{taken}"


def _told_at(word: Inquiry | Callback | None) -> str:
    if word is None:
        return "--"
    happened = f"{moment(word.occurred_at)} 对方办理，" if word.occurred_at else ""
    if isinstance(word, Inquiry):
        return f"{happened}{moment(word.asked_at)} 核实"
    return f"{happened}{moment(word.received_at)} 收到"


# The messages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """One row of what was said; `effect` is what became of it here."""

    sequence: str
    attempt: str
    title: str
    tone: str
    words: list[str]
    amount: str
    at: datetime | None
    received_at: datetime | None
    effect: str


TONES = {"accepted": "waiting", "paid": "passed", "refused": "returned", "bounced": "returned", "cancelled": "idle"}


def callbacks_of(item: WorkItem, handoffs: list[Delivery]) -> list[Callback]:
    """Every message about any of the handoffs by the agency's own order; repeated ones are kept."""
    named = [one.instruction_id for one in handoffs] or [item.instruction_id]
    newest = Callback.objects.filter(instruction_id__in=named, agency=item.agency).order_by("-id")
    return sorted(newest[:MOST_MESSAGES], key=lambda one: (one.sequence, one.pk))


def messages_of(handoffs: list[Delivery], callbacks: list[Callback]) -> list[Message]:
    """What was sent, and what came back, handoff by handoff."""
    if not handoffs:
        return [_told(callback) for callback in callbacks]
    rows = {one.instruction_id: [_sent(one)] for one in handoffs}
    for callback in callbacks:
        rows[callback.instruction_id].append(_told(callback))
    named = attempt_words_among(handoffs)
    return [replace(row, attempt=named(about)) for about, said in rows.items() for row in said]


def attempt_words_among(handoffs: list[Delivery]) -> Callable[[str], str]:
    """As `attempt_words`; where two applications stand on one item, the instruction itself."""
    return str if len({one.number for one in handoffs}) > 1 else attempt_words


def attempt_words(instruction_id: str) -> str:
    """Which handoff of its application that instruction is."""
    attempt = instruction_id.rpartition("-")[2]
    return f"第\N{NO-BREAK SPACE}{attempt}\N{NO-BREAK SPACE}次" if attempt.isdecimal() else "--"


def _sent(delivery: Delivery) -> Message:
    title = "发出指令" if delivery.is_sent else "指令待发出"
    words = [f"对方应答：{delivery.last_answer}"] if delivery.last_answer else []
    words += [f"回执号 {delivery.receipt}"] if delivery.receipt else []
    words += [f"共发送 {delivery.sends} 次"] if delivery.sends > 1 else []
    effect = "已冻结，不再发送" if delivery.frozen and delivery.status in UNTAKEN else delivery.get_status_display()
    amount = money(delivery.amount)
    return Message(
        "--",
        attempt_words(delivery.instruction_id),
        title,
        "idle",
        words,
        amount,
        delivery.sent_at,
        delivery.acknowledged_at,
        effect,
    )


UNTAKEN = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)


def _told(callback: Callback) -> Message:
    words = [callback.reason] if callback.reason else []
    words += [f"退付日期 {day(callback.paid_on)}"] if callback.paid_on else []
    words += [f"退回 {len(callback.returned)} 人：{_reasons(callback.returned)}"] if callback.returned else []
    return Message(
        str(callback.sequence or "--"),
        attempt_words(callback.instruction_id),
        callback.get_event_display(),
        TONES.get(callback.event, "idle"),
        words,
        money(callback.amount),
        callback.occurred_at,
        callback.received_at,
        callback.get_effect_display() if callback.effect else "等待处理",
    )


def _reasons(returned: dict[str, str]) -> str:
    return "；".join(sorted(set(filter(None, returned.values())))) or "没有说明原因"


def inquiries_of(handoffs: list[Delivery]) -> list[Inquiry]:
    """What the agency answered when it was asked, the first one first."""
    named = [one.instruction_id for one in handoffs]
    newest = Inquiry.objects.filter(instruction_id__in=named).select_related("asked_by__person").order_by("-id")
    return list(reversed(newest[:MOST_MESSAGES]))


def agency_title(code: str) -> str:
    """What people call it."""
    return next((scheme.agency_title for scheme in schemes.every() if scheme.agency == code), "对方")
