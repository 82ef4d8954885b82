"""The wire to the SMS gateway, signed as Standard Webhooks 1.0 (docs/operations.md).

`POST /messages` takes {message_id, phone, text} and answers 202; the same message_id again is the same SMS. `GET /messages/<id>` says
{state, reason}: accepted, delivered or failed; 404 with the code `unknown_message` and our id is "it never came".
"""

import json
import uuid
from enum import Enum
from typing import Any

import httpx
from django.conf import settings

from foundation import masks
from foundation.shortening import shortened
from foundation.wire import http, signing

# The gateway has looked at it and will not send it; whatever else it says is about itself.
ABOUT_THE_SMS = frozenset({400, 409, 413, 415, 422})


class Taken(Enum):
    """What became of an SMS that was handed to the gateway."""

    YES = "taken"
    REFUSED = "refused"  # looked at, and never sent
    NOT_SENT = "not sent"  # nothing has left us
    UNKNOWN = "unknown"  # it may have it


class Fate(Enum):
    """What the gateway says of an SMS when it is asked."""

    ON_ITS_WAY = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    NEVER_CAME = "never came"
    UNKNOWN = "unknown"  # no answer that anybody understands


def send(phone: str, words: str, key: str) -> tuple[Taken, str]:
    """Hand one SMS over."""
    body = json.dumps({"message_id": key, "phone": phone, "text": words}, ensure_ascii=False)
    try:
        answer = _exchange("POST", "/messages", key, body)
    except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        return Taken.NOT_SENT, f"短信网关连接不上（{type(error).__name__}）"
    except (http.TooLong, httpx.HTTPError, TimeoutError) as error:
        return Taken.UNKNOWN, f"短信网关没有应答（{type(error).__name__}）"
    if answer.status_code == 202:
        return Taken.YES, ""
    if answer.status_code in ABOUT_THE_SMS:
        return Taken.REFUSED, _why(answer, f"短信网关拒收（{answer.status_code}）")
    return Taken.UNKNOWN, f"短信网关应答 {answer.status_code}"


def ask(key: str) -> tuple[Fate, str]:
    """What became of it."""
    try:
        answer = _exchange("GET", f"/messages/{key}", f"ask-{uuid.uuid4().hex}", "")
    except (http.TooLong, httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        return Fate.UNKNOWN, f"短信网关没有应答（{type(error).__name__}）"
    said = _read(answer)
    if answer.status_code == 404 and said.get("error") == "unknown_message" and said.get("message_id") == key:
        return Fate.NEVER_CAME, ""
    state = {fate.value: fate for fate in (Fate.ON_ITS_WAY, Fate.DELIVERED, Fate.FAILED)}.get(str(said.get("state")))
    if answer.status_code != 200 or state is None:
        return Fate.UNKNOWN, f"短信网关应答 {answer.status_code}，看不懂"
    return state, _why(answer, "没有说明原因") if state == Fate.FAILED else ""


def _exchange(method: str, path: str, message_id: str, body: str) -> httpx.Response:
    headers = signing.signature(settings.SMS_GATEWAY_SECRETS, message_id, body)
    return http.exchange(
        method, settings.SMS_GATEWAY_URL + path, body.encode(), {"content-type": "application/json", **headers}
    )


def _why(answer: httpx.Response, otherwise: str) -> str:
    """The gateway's reason, without a number of anybody and without what no database holds."""
    words = str(_read(answer).get("reason") or otherwise).replace("\0", "")
    return shortened(masks.in_text(words.encode(errors="replace").decode()), 200)


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
