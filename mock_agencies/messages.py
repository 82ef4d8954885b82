"""What the portal sends, and what it must look like. Refusals name the field and never repeat a value: it is personal."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from aiohttp import web

from .rules import EVENTS

# A dict is an object, a list has at least one item and all are like its only one, a pattern is a text like it.
Form: TypeAlias = "dict[str, Form] | list[Form] | re.Pattern[str] | type"


def _texts(names: str) -> dict[str, Form]:
    return dict.fromkeys(names.split(), str)


INSTRUCTION_ID = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}-[0-9]{1,4}")
AMOUNT = re.compile(r"(?!0+\.00)[0-9]{1,12}\.[0-9]{2}")  # in yuan, and more than nothing
DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
LINE = _texts("ticket_number name id_type id_number personal_number") | {"line": int, "amount": AMOUNT}
INSTRUCTION = _texts("application_number scheme") | {
    "instruction_id": INSTRUCTION_ID,
    "tax_office": _texts("code name"),
    "payee": _texts("account_kind account_name bank contact_name contact_phone") | {"account_number": re.compile(".+")},
    "amount": AMOUNT,
    "lines": [LINE | {"period_start": DATE, "period_end": DATE}],
}
# What somebody may order by hand; all but the event itself can be left to the agency.
EVENT: dict[str, Form] = {
    "event": re.compile("|".join(EVENTS)),
    "reason": re.compile("(?s).{1,2000}"),
    "paid_on": DATE,
    "amount": re.compile(r"[0-9]{1,12}\.[0-9]{2}"),
    "lines": [{"ticket_number": str}],
}


class Refusal(web.HTTPException):
    """The agency does not take this request. Raised anywhere below a request, it is the answer; `more` stands beside it."""

    def __init__(self, status: int, code: str, message: str, **more: object):
        self.status_code, self.code = status, code
        self.content = more | {"error": {"code": code, "message": message}}
        super().__init__(text=json.dumps(self.content, ensure_ascii=False), content_type="application/json")


class Message(NamedTuple):
    """One message from the portal, as it came."""

    agency: str
    webhook_id: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def parse(body: bytes) -> dict:
    """The JSON object in this body."""
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise Refusal(400, "not_json", "The body is not a JSON object in UTF-8.")
    return parsed


def read_instruction(message: Message) -> dict:
    """The instruction in this message, or a Refusal that names the field at fault."""
    instruction = parse(message.body)
    _check(instruction, INSTRUCTION, "")
    if instruction["instruction_id"] != message.webhook_id:
        raise _malformed("instruction_id", "is not the webhook-id")
    if instruction["instruction_id"].rpartition("-")[0] != instruction["application_number"]:
        raise _malformed("application_number", "is not the beginning of instruction_id")
    if Decimal(instruction["amount"]) != sum(Decimal(line["amount"]) for line in instruction["lines"]):
        raise _malformed("amount", "is not the sum of the lines")
    return instruction


def read_cancellation(message: Message, instruction_id: str) -> None:
    """Refuse what does not ask to cancel just the instruction that the path names."""
    if not INSTRUCTION_ID.fullmatch(instruction_id) or parse(message.body).get("instruction_id") != instruction_id:
        raise _malformed("instruction_id", "is not the one of the path, or not as agreed")


def read_day(text: str) -> str:
    """A day of the calendar, as YYYY-MM-DD."""
    with suppress(ValueError):
        if DATE.fullmatch(text) and date.fromisoformat(text):
            return text
    raise _malformed("day", "is missing or no day as YYYY-MM-DD")


def read_event(order: dict) -> dict:
    """The event somebody orders by hand, without what the order leaves to the agency; it may well be a contradiction."""
    wanted = {name: value for name in EVENT if (value := order.get(name)) not in (None, "")}
    # No lines at all is an order too: then a list shrinks.
    said = {name for name, value in wanted.items() if value != []} | {"event"}
    _check(wanted, {name: form for name, form in EVENT.items() if name in said}, "")
    for line in wanted.get("lines", []):
        line.setdefault("outcome", "returned")
        line.setdefault("reason", "")
    return wanted


def _check(value: Any, form: Form, field: str) -> None:
    """Walk the value, which came as JSON, along its form."""
    match form, value:
        case dict(), dict():
            for name, inner in form.items():
                _check(value.get(name), inner, f"{field}.{name}" if field else name)
        case list(), [_, *_]:
            for position, item in enumerate(value):
                _check(item, form[0], f"{field}[{position}]")
        case re.Pattern(), str() if form.fullmatch(value):
            pass
        case type(), _ if type(value) is form:
            pass
        case _:
            raise _malformed(field, "is missing or not as agreed")


def _malformed(field: str, what: str) -> Refusal:
    return Refusal(400, "malformed", f"{field} {what}.")
