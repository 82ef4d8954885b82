"""What a well-formed instruction looks like. Refusals name the field and never repeat a value: values are personal."""

import json
import re
from datetime import date
from decimal import Decimal

INSTRUCTION_ID = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}-[0-9]{1,4}", re.ASCII)
AMOUNT = re.compile(r"[0-9]{1,12}\.[0-9]{2}", re.ASCII)

TEXTS = ("instruction_id", "application_number", "scheme")
OFFICE_TEXTS = ("code", "name")
PAYEE_TEXTS = ("account_kind", "account_number", "account_name", "bank", "contact_name", "contact_phone")
LINE_TEXTS = ("ticket_number", "name", "id_type", "id_number", "personal_number")
LINE_DATES = ("period_start", "period_end")


class Refusal(Exception):
    """The agency does not take this request; the status, code and message are the whole answer."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def as_json(self) -> dict:
        return {"error": {"code": self.code, "message": self.message}}


def read_instruction(body: bytes, webhook_id: str) -> dict:
    """The instruction in this body, or a Refusal that says what is wrong with it."""
    instruction = _parse(body)
    _require_texts(instruction, TEXTS, "")
    _require_texts(_require(instruction, "tax_office", dict, ""), OFFICE_TEXTS, "tax_office.")
    payee = _require(instruction, "payee", dict, "")
    _require_texts(payee, PAYEE_TEXTS, "payee.")
    if not payee["account_number"]:
        raise Refusal(400, "empty_field", "payee.account_number is empty.")
    _check_ids(instruction, webhook_id)
    _check_amounts(instruction)
    return instruction


def is_instruction_id(text: str) -> bool:
    """Whether `text` is `<application number>-<attempt>`."""
    return INSTRUCTION_ID.fullmatch(text) is not None


def _parse(body: bytes) -> dict:
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(400, "not_json", "The body is not JSON in UTF-8.") from None
    if not isinstance(parsed, dict):
        raise Refusal(400, "not_an_object", "The body must be a JSON object.")
    return parsed


def _require(holder: dict, field: str, kind: type, where: str):
    if field not in holder:
        raise Refusal(400, "missing_field", f"{where}{field} is missing.")
    value = holder[field]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Refusal(400, "wrong_type", f"{where}{field} has the wrong type.")
    return value


def _require_texts(holder: dict, fields: tuple[str, ...], where: str) -> None:
    for field in fields:
        _require(holder, field, str, where)


def _check_ids(instruction: dict, webhook_id: str) -> None:
    instruction_id, number = instruction["instruction_id"], instruction["application_number"]
    if not is_instruction_id(instruction_id) or instruction_id.rpartition("-")[0] != number:
        raise Refusal(400, "bad_instruction_id", "instruction_id must be <application_number>-<attempt>.")
    if instruction_id != webhook_id:
        raise Refusal(400, "webhook_id_differs", "The webhook-id header must be the instruction_id.")


def _check_amounts(instruction: dict) -> None:
    total = _amount(instruction, "")
    lines = _require(instruction, "lines", list, "")
    if not lines:
        raise Refusal(400, "no_lines", "lines is empty.")
    if total != sum(_line_amount(line, f"lines[{position}].") for position, line in enumerate(lines)):
        raise Refusal(400, "amount_differs", "amount is not the sum of the amounts of the lines.")


def _line_amount(line: object, where: str) -> Decimal:
    if not isinstance(line, dict):
        raise Refusal(400, "wrong_type", f"{where[:-1]} must be a JSON object.")
    _require(line, "line", int, where)
    _require_texts(line, LINE_TEXTS, where)
    for field in LINE_DATES:
        _check_date(line, field, where)
    return _amount(line, where)


def _amount(holder: dict, where: str) -> Decimal:
    text = _require(holder, "amount", str, where)
    if not AMOUNT.fullmatch(text) or not Decimal(text):
        raise Refusal(400, "bad_amount", f"{where}amount must be a positive sum in yuan with two decimals.")
    return Decimal(text)


def _check_date(line: dict, field: str, where: str) -> None:
    try:
        date.fromisoformat(_require(line, field, str, where))
    except ValueError:
        raise Refusal(400, "bad_date", f"{where}{field} must be a date like 2026-11-21.") from None
