"""The door for the agencies: a signed message is stored, answered, and applied afterwards."""

import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from foundation import masks
from handoff import client
from handoff.models import Callback, Event
from handoff.tasks import defer_apply

# 10,000 returned lines with a reason each are some 3 MB, more than DATA_UPLOAD_MAX_MEMORY_SIZE lets anybody else send.
MAX_BODY = 8 * 1024 * 1024
MAX_LINES = 10_000


@csrf_exempt
@login_not_required
@require_POST
def callback(request: HttpRequest, agency: str) -> JsonResponse:
    """`POST /handoff/callbacks/<agency>/`. 202 once stored (also the second time), 401 unsigned, 400 not understood, 413
    too large."""
    if agency not in settings.AGENCIES:
        raise Http404
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return JsonResponse({"error": "size"}, status=413)
    if not client.verify(agency, body, request.headers):
        return JsonResponse({"error": "signature"}, status=401)
    try:
        message = _read(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return JsonResponse({"error": "message", "detail": type(error).__name__}, status=400)
    _store(agency, request.headers["webhook-id"], message)
    return JsonResponse({"received": True}, status=202)


@transaction.atomic
def _store(agency: str, message_id: str, message: dict[str, Any]) -> None:
    row, is_new = Callback.objects.get_or_create(agency=agency, message_id=message_id[:80], defaults=message)
    if is_new:
        defer_apply(row)


def _read(message: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Callback. Raises ValueError, KeyError or TypeError for what is not as agreed."""
    return {
        "event": Event(message["event"]),
        "instruction_id": _text(message["instruction_id"], 30),
        "occurred_at": _moment(message["occurred_at"]),
        "reason": _words(message.get("reason") or ""),
        "returned": _returned(message.get("lines", [])),
        "paid_on": date.fromisoformat(message["paid_on"]) if message.get("paid_on") else None,
    }


def _text(value: object, length: int) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= length:
        raise ValueError(value)
    return value


def _words(value: object) -> str:
    """What a person will read: text that the database can hold, without anybody's full numbers."""
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()  # half a surrogate pair is no text
    return masks.in_text(value.replace("\0", ""))[:300]


def _returned(lines: object) -> dict[str, str]:
    """Lines of a batch that the agency returned, reason by ticket number; all others follow the event.

    Anything but `returned` is a misunderstanding: a person taken for paid because a word was not known would be worse.
    """
    if not isinstance(lines, list) or len(lines) > MAX_LINES or any(line["outcome"] != "returned" for line in lines):
        raise ValueError("lines")
    returned = {_text(line["ticket_number"], 40): _words(line["reason"]) for line in lines}
    if len(returned) != len(lines):
        raise ValueError("the same line twice")
    return returned


def _moment(value: str) -> datetime:
    moment = parse_datetime(value)
    if moment is None or moment.tzinfo is None:
        raise ValueError(value)
    return moment
