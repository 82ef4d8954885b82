"""What the portal sends, and what it must look like. Refusals name the field and never repeat a value: it is personal."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

INSTRUCTION_ID = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}-[0-9]{1,4}", re.ASCII)
AMOUNT = re.compile(r"[0-9]{1,12}\.[0-9]{2}", re.ASCII)


class Refusal(Exception):
    """The agency does not take this request; the status, code and message are the whole answer."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code


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
        raise Refusal(400, "not_json", "The body is not JSON in UTF-8.") from None
    if not isinstance(parsed, dict):
        raise Refusal(400, "not_an_object", "The body must be a JSON object.")
    return parsed


def read_instruction(message: Message) -> dict:
    """The instruction in this message, or a Refusal that says what is wrong with it."""
    instruction = parse(message.body)
    _check(instruction, INSTRUCTION, "")
    instruction_id, lines = instruction["instruction_id"], instruction["lines"]
    if not is_instruction_id(instruction_id) or instruction_id.rpartition("-")[0] != instruction["application_number"]:
        raise Refusal(400, "bad_instruction_id", "instruction_id must be <application_number>-<attempt>.")
    if instruction_id != message.webhook_id:
        raise Refusal(400, "webhook_id_differs", "The webhook-id header must be the instruction_id.")
    if not instruction["payee"]["account_number"]:
        raise Refusal(400, "empty_field", "payee.account_number is empty.")
    if not lines:
        raise Refusal(400, "no_lines", "lines is empty.")
    if Decimal(instruction["amount"]) != sum(Decimal(line["amount"]) for line in lines):
        raise Refusal(400, "amount_differs", "amount is not the sum of the amounts of the lines.")
    return instruction


def is_instruction_id(text: str) -> bool:
    """Whether `text` is `<application number>-<attempt>`."""
    return INSTRUCTION_ID.fullmatch(text) is not None


def _amount(text: str, where: str) -> None:
    if not AMOUNT.fullmatch(text) or not Decimal(text):
        raise Refusal(400, "bad_amount", f"{where} must be a positive sum in yuan with two decimals.")


def _date(text: str, where: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Refusal(400, "bad_date", f"{where} must be a date like 2026-11-21.") from None


def _texts(names: str) -> "dict[str, Form]":
    return dict.fromkeys(names.split(), str)


# A dict is an object, a list holds many of its only item, and a value has a type or a function that looks at its text.
Form: TypeAlias = "dict[str, Form] | list[Form] | type | Callable[[str, str], None]"
LINE = _texts("ticket_number name id_type id_number personal_number")
LINE |= {"line": int, "amount": _amount, "period_start": _date, "period_end": _date}
INSTRUCTION = _texts("instruction_id application_number scheme") | {
    "tax_office": _texts("code name"),
    "payee": _texts("account_kind account_number account_name bank contact_name contact_phone"),
    "amount": _amount,
    "lines": [LINE],
}


def _check(value: Any, form: Form, where: str) -> None:
    """Walk the value, which came as JSON, along its form."""
    kind = form if isinstance(form, type) else type(form) if isinstance(form, dict | list) else str
    found = type(value)
    if found is not kind:
        raise Refusal(400, "wrong_type", f"{where} has the wrong type.")
    if isinstance(form, dict):
        for field, inner in form.items():
            path = f"{where}.{field}" if where else field
            if field not in value:
                raise Refusal(400, "missing_field", f"{path} is missing.")
            _check(value[field], inner, path)
    elif isinstance(form, list):
        for position, item in enumerate(value):
            _check(item, form[0], f"{where}[{position}]")
    elif not isinstance(form, type):
        form(value, where)
