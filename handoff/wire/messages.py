"""What an agency says, read: understood whole, or refused with a sentence that says what is wrong."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from foundation import masks
from handoff.models import Event

# As much as the columns keep; nothing is cut, what is longer is refused.
MAX_MESSAGE_ID, MAX_INSTRUCTION_ID, MAX_EVENT, MAX_TICKET, MAX_REASON = 255, 30, 40, 40, 300
MAX_STATE, MAX_RECEIPT, MAX_SEQUENCE = 20, 40, 2**31 - 1
MAX_LINES = 10_000
AMOUNT = re.compile(r"[0-9]{1,10}\.[0-9]{2}")
# What an agency answers when it is asked about an instruction.
STATES = {"received": "对方已接收，正在核验", **{event.value: f"对方答复：{event.label}" for event in Event}}
# What happened before this portal was thought of did not happen to one of its instructions.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# As far as a signature's clock may be off.
SKEW = timedelta(minutes=5)


class Unreadable(Exception):
    """Signed, and yet not to be stored as a message; `sentence` tells the agency what to send instead."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises Unreadable."""
    try:
        message = json.loads(body, object_pairs_hook=_each_name_once)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise Unreadable("消息应是一个 JSON 对象，请检查后重新发送。")
    return message


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Which of two values is meant, one reader takes for the first and the next for the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("消息里同一个名称出现了两次，请改正后重新发送。")
    return found


def read(message: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Callback; an `event` that we do not know is one, too. Raises Unreadable."""
    return {
        "event": _text(message, "event", MAX_EVENT),
        "instruction_id": _text(message, "instruction_id", MAX_INSTRUCTION_ID),
        "sequence": _sequence(message.get("sequence"), least=1),
        "amount": _amount(message.get("amount")),
        "occurred_at": _moment(message.get("occurred_at")),
        "reason": _words(message.get("reason") or "", "reason"),
        "returned": _returned(message.get("lines", [])),
        "paid_on": _day(message["paid_on"]) if message.get("paid_on") else None,
    }


def read_standing(message: dict[str, Any]) -> dict[str, Any]:
    """The fields of an Inquiry, from what an agency answers about one instruction. Raises Unreadable."""
    sequence = _sequence(message.get("sequence"), least=0)
    return {
        "instruction_id": _text(message, "instruction_id", MAX_INSTRUCTION_ID),
        "state": _text(message, "state", MAX_STATE),
        "sequence": sequence,
        "amount": _amount(message.get("amount")),
        "occurred_at": _moment(message.get("occurred_at")) if sequence else None,
        "reason": _words(message.get("reason") or "", "reason"),
        "returned": _returned(message.get("lines", [])),
        "paid_on": _day(message["paid_on"]) if message.get("paid_on") else None,
        "receipt": _text(message, "receipt", MAX_RECEIPT) if message.get("receipt") else "",
    }


def instruction_id(body: bytes) -> str:
    """What a refused message is about, if that much of it can be read."""
    try:
        return _text(parse(body), "instruction_id", MAX_INSTRUCTION_ID)
    except Unreadable:
        return ""


def message_id(value: str) -> str:
    """The `webhook-id`, as long as we keep it. Raises Unreadable."""
    return _text({"webhook-id": value}, "webhook-id", MAX_MESSAGE_ID)


def _text(values: dict[str, Any], name: str, length: int) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= length:
        raise Unreadable(f"{name} 应是 1 至 {length} 个可显示的字符，请改正后重新发送。")
    return value


def _words(value: object, name: str) -> str:
    """What a person will read: text that the database can hold whole, without anybody's full numbers."""
    if not isinstance(value, str) or len(value) > MAX_REASON or "\0" in value or _is_half(value):
        raise Unreadable(f"{name} 应是不超过 {MAX_REASON} 个字的文字，请改正后重新发送。")
    return masks.in_text(value)


def _sequence(value: object, *, least: int) -> int:
    """The agency's own order."""
    if type(value) is not int or not least <= value <= MAX_SEQUENCE:
        raise Unreadable(f"sequence 应是从 {least} 开始的整数，请改正后重新发送。")
    return value


def _amount(value: object) -> Decimal:
    """Yuan, to the fen."""
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        raise Unreadable("amount 应是以元为单位、两位小数的文字，例如 1000.00，请改正后重新发送。")
    return Decimal(value)


def _is_half(value: str) -> bool:
    """Half a surrogate pair is no text."""
    return any("\ud800" <= character <= "\udfff" for character in value)


def _returned(lines: object) -> dict[str, str]:
    """Lines of a batch that the agency returned, reason by ticket number; all others follow the event.

    Anything but `returned` is a misunderstanding: a person taken for paid because a word was not known would be worse.
    """
    if not isinstance(lines, list) or len(lines) > MAX_LINES:
        raise Unreadable(f"lines 应是不超过 {MAX_LINES} 条明细的列表，请改正后重新发送。")
    if not all(isinstance(line, dict) and line.get("outcome") == "returned" for line in lines):
        raise Unreadable("lines 中每条明细的 outcome 应是 returned，请改正后重新发送。")
    returned = {_text(line, "ticket_number", MAX_TICKET): _words(line.get("reason"), "lines.reason") for line in lines}
    if len(returned) != len(lines):
        raise Unreadable("lines 中同一个 ticket_number 出现了两次，请改正后重新发送。")
    return returned


def _moment(value: object) -> datetime:
    """A time that exists everywhere, in UTC: what cannot be converted, lies far back or ahead is none."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        moment = moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not EARLIEST <= moment <= timezone.now() + SKEW:
        raise Unreadable("occurred_at 应是带时区、已经发生的时间，例如 2026-11-21T12:00:00+08:00，请改正后重新发送。")
    return moment


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or not EARLIEST.date() <= day <= timezone.localdate():
        raise Unreadable("paid_on 应是已经到来的日期，例如 2026-11-21，请改正后重新发送。")
    return day
