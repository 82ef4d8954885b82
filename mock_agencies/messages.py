"""What the portal sends, and what it must look like. Refusals name the field and never repeat a value: it is personal."""

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from aiohttp import web

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


class Refusal(web.HTTPException):
    """The agency does not take this request. Raised anywhere below a request, it is the answer."""

    def __init__(self, status: int, code: str, message: str):
        self.status_code, self.code = status, code
        text = json.dumps({"error": {"code": code, "message": message}})
        super().__init__(text=text, content_type="application/json")


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
