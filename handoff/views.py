"""The door for the agencies: a signed message is stored, answered, and applied afterwards."""

import json
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from handoff import client
from handoff.models import Callback, Event
from handoff.tasks import apply_callback
from refunds_portal import masks


@csrf_exempt
@login_not_required
@require_POST
def callback(request, agency):
    """`POST /handoff/callbacks/<agency>/`. 202 once stored (also the second time), 401 unsigned, 400 not understood."""
    if agency not in settings.AGENCIES:
        raise Http404
    if not client.verify(agency, request.body, request.headers):
        return JsonResponse({"error": "signature"}, status=401)
    try:
        message = _read(json.loads(request.body))
    except (ValueError, KeyError, TypeError) as error:
        return JsonResponse({"error": "message", "detail": type(error).__name__}, status=400)
    _store(agency, request.headers["webhook-id"], message)
    return JsonResponse({"received": True}, status=202)


@transaction.atomic
def _store(agency, message_id, message):
    row, is_new = Callback.objects.get_or_create(agency=agency, message_id=message_id[:80], defaults=message)
    if is_new:
        apply_callback.configure(lock=f"callback:{row.instruction_id}").defer(callback_id=row.pk)


def _read(message: dict) -> dict:
    """The fields of a Callback. Raises ValueError, KeyError or TypeError for what is not as agreed."""
    return {
        "event": Event(message["event"]),
        "instruction_id": _text(message["instruction_id"], 30),
        "occurred_at": _moment(message["occurred_at"]),
        "reason": masks.in_text(str(message.get("reason", "")).replace("\0", ""))[:300],
        "paid_on": date.fromisoformat(message["paid_on"]) if message.get("paid_on") else None,
    }


def _text(value, length) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= length:
        raise ValueError(value)
    return value


def _moment(value) -> datetime:
    moment = parse_datetime(value)
    if moment is None or moment.tzinfo is None:
        raise ValueError(value)
    return moment
