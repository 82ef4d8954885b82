"""两边的说法 of a 移交异常: what we know of each handoff and what the agency answered, and every message between the two."""

from dataclasses import dataclass
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
    asked: Inquiry | None
    lines: list[Line]


def sides(refund: RefundApplication | None, handoffs: list[Delivery], inquiries: list[Inquiry]) -> list[Sides]:
    """Each handoff beside the newest answer about it, the newest handoff first."""
    newest = {inquiry.instruction_id: inquiry for inquiry in inquiries}
    return [_sides(refund, one, newest.get(one.instruction_id)) for one in reversed(handoffs)]


def _sides(refund, delivery, asked) -> Sides:
    answered = asked if asked and asked.state else None
    paid = refund.refunded_on if refund and refund.paid_attempt == delivery.attempt else None
    told = answered if answered and answered.state != "unknown" else None
    lines = [
        Line("状态", delivery.get_status_display(), _answer(asked), _same_state(delivery, answered)),
        _line("金额", _yuan(delivery.amount), told and _yuan(told.amount)),
        _line("回执号", delivery.receipt or "--", told and (told.receipt or "--")),
        _line("退付日期", day(paid), told and day(told.paid_on if told.state == Event.PAID else None)),
        Line("时间", _times(delivery), _asked_at(asked)),
    ]
    return Sides(delivery, asked, lines)


def _answer(asked: Inquiry | None) -> str:
    if asked is None:
        return "还没有问过对方"
    return "，".join(filter(None, [asked.answer, asked.reason]))


def _same_state(delivery: Delivery, answered: Inquiry | None) -> str:
    if answered is None:
        return ""
    return SAME if STANDINGS.get(answered.state) == delivery.status else DIFFERENT


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


def _asked_at(asked: Inquiry | None) -> str:
    if asked is None:
        return "--"
    happened = f"{moment(asked.occurred_at)} 对方办理，" if asked.occurred_at else ""
    return f"{happened}{moment(asked.asked_at)} 核实"


# The messages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """One row of what was said; `effect` is what became of it here."""

    sequence: str
    instruction_id: str
    title: str
    tone: str
    words: list[str]
    amount: str
    at: datetime | None
    received_at: datetime | None
    effect: str


TONES = {"accepted": "waiting", "paid": "passed", "refused": "returned", "bounced": "returned", "cancelled": "idle"}


def messages_of(item: WorkItem, handoffs: list[Delivery]) -> list[Message]:
    """What was sent, and every message about any of the handoffs by the agency's own order; repeated ones are kept."""
    said: dict[str, list[Callback]] = {one.instruction_id: [] for one in handoffs} or {item.instruction_id: []}
    newest = Callback.objects.filter(instruction_id__in=list(said), agency=item.agency).order_by("-id")
    for callback in sorted(newest[:MOST_MESSAGES], key=lambda one: (one.sequence, one.pk)):
        said[callback.instruction_id].append(callback)
    rows = {one.instruction_id: [_sent(one)] for one in handoffs}
    return [row for name in said for row in [*rows.get(name, []), *map(_told, said[name])]]


def _sent(delivery: Delivery) -> Message:
    title = "发出指令" if delivery.is_sent else "指令待发出"
    words = [f"对方应答：{delivery.last_answer}"] if delivery.last_answer else []
    words += [f"回执号 {delivery.receipt}"] if delivery.receipt else []
    words += [f"共发送 {delivery.sends} 次"] if delivery.sends > 1 else []
    effect = "已冻结，不再发送" if delivery.frozen and delivery.status in UNTAKEN else delivery.get_status_display()
    amount = money(delivery.amount)
    return Message(
        "--", delivery.instruction_id, title, "idle", words, amount, delivery.sent_at, delivery.acknowledged_at, effect
    )


UNTAKEN = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)


def _told(callback: Callback) -> Message:
    words = [callback.reason] if callback.reason else []
    words += [f"退付日期 {day(callback.paid_on)}"] if callback.paid_on else []
    words += [f"退回 {len(callback.returned)} 人：{_reasons(callback.returned)}"] if callback.returned else []
    return Message(
        str(callback.sequence or "--"),
        callback.instruction_id,
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
