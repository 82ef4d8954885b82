"""Speaking to an agency over HTTP, signed as Standard Webhooks 1.0 (design.md section 7)."""

import base64
import hmac
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from django.conf import settings

from foundation import masks
from foundation.shortening import shortened
from foundation.wire import http, signing

MAX_RECEIPT = 40  # as many characters as `Delivery.receipt` keeps
MAX_WAIT = 24 * 3600
# Seconds that a signature's clock may be off (Standard Webhooks 1.0).
TOLERANCE = 300
# The agency has looked at the instruction and will not take it; whatever else it says is about itself.
ABOUT_THE_CASE = frozenset({400, 409, 413, 415, 422})


@dataclass(frozen=True)
class Answer:
    """What came back. `receipt` where the agency has it; otherwise `held` tells a refusal from not knowing."""

    text: str
    receipt: str = ""
    held: bool = False
    retry_after: int = 0  # seconds the agency asked for


def send(agency: str, instruction_id: str, body: str) -> Answer:
    """POST one instruction. Never raises for what the network or the agency does."""
    try:
        response = http.exchange(
            "POST",
            settings.AGENCIES[agency]["url"] + "/refunds",
            body.encode(),
            {"content-type": "application/json", **signature(agency, instruction_id, body)},
        )
    except http.TooLong:
        return Answer("对方的应答超过 1 MB，结果未知")
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        return Answer(f"没有应答（{type(error).__name__}）")
    return _read(response)


def signature(agency: str, message_id: str, body: str) -> dict[str, str]:
    """The three headers, with the secrets of that agency."""
    return signing.signature(settings.AGENCIES[agency]["secrets"], message_id, body)


def verify(agency: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether `body` was signed with one of the agency's secrets within the last five minutes.

    By its bytes, whatever they are: the library takes only UTF-8, and would tell an agency that writes GBK to look at its key.
    """
    name, at, seals = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not name or not re.fullmatch("[0-9]{1,12}", at) or abs(time.time() - int(at)) > TOLERANCE:
        return False
    content = f"{name}.{at}.".encode(errors="replace") + body
    given = [seal[3:].encode(errors="replace") for seal in seals.split(" ") if seal.startswith("v1,")]
    right = [_seal(secret, content) for secret in settings.AGENCIES[agency]["secrets"]]
    return any(hmac.compare_digest(one, other) for one in right for other in given)


def _seal(secret: str, content: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    return base64.b64encode(hmac.digest(key, content, "sha256"))


def _read(response: httpx.Response) -> Answer:
    status = response.status_code
    if status == 202:
        receipt = _inside(response, "receipt")
        return Answer("已接收", receipt=receipt) if _is_receipt(receipt) else Answer("应答 202，但没有回执")
    if status in (429, 503):
        words = "对方繁忙（429）" if status == 429 else "对方应答 503，结果未知"
        return Answer(words, retry_after=_seconds(response.headers.get("retry-after", "")))
    if status in ABOUT_THE_CASE:
        return Answer(shortened(masks.in_text(f"对方拒收（{status}）：{_reason(response)}"), 200), held=True)
    return Answer(f"对方应答 {status}，结果未知")


def _is_receipt(text: str) -> bool:
    """Neither empty, nor longer than we keep, nor with a character that no database holds."""
    return 0 < len(text) <= MAX_RECEIPT and text.isprintable()


def _reason(response: httpx.Response) -> str:
    """The agency's words, without what no database holds: NUL and half a surrogate pair."""
    words = _inside(response, "error", "message").replace("\0", "")
    return words.encode(errors="replace").decode() or "没有说明原因"


def _inside(response: httpx.Response, *path: str) -> str:
    """The text at that place of a JSON answer; nothing for whatever else is there."""
    try:
        found = response.json()
        for name in path:
            found = found[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _seconds(value: str) -> int:
    """`Retry-After`, as seconds or as a date (RFC 9110 section 10.2.3): a day at most, and 0 for anything else."""
    if re.fullmatch("[0-9]{1,18}", value):
        return min(int(value), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return 0
    return max(0, min(math.ceil(wait.total_seconds()), MAX_WAIT))
