"""Speaking to an agency over HTTP, signed as Standard Webhooks 1.0 (design.md section 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from django.conf import settings
from standardwebhooks import Webhook

from foundation import masks


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
        response = httpx.post(
            settings.AGENCIES[agency]["url"] + "/refunds",
            content=body.encode(),
            headers={"content-type": "application/json", **signature(agency, instruction_id, body)},
            timeout=settings.AGENCY_TIMEOUT_SECONDS,
            follow_redirects=False,
        )
    except httpx.HTTPError as error:
        return Answer(f"没有应答（{type(error).__name__}）")
    return _read(response)


def signature(agency: str, message_id: str, body: str) -> dict[str, str]:
    """The three headers. Every current secret signs, so that either side may rotate first."""
    now = datetime.now(UTC)
    signatures = [Webhook(secret).sign(message_id, now, body) for secret in settings.AGENCIES[agency]["secrets"]]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verify(agency: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether `body` was signed with one of the agency's secrets within the last five minutes."""
    return any(_verifies(secret, body, headers) for secret in settings.AGENCIES[agency]["secrets"])


def _verifies(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except Exception:  # noqa: BLE001 - the library lets malformed headers escape as ValueError and binascii.Error
        return False
    return True


def _read(response: httpx.Response) -> Answer:
    status = response.status_code
    if status == 202:
        try:
            return Answer("已接收", receipt=str(response.json()["receipt"])[:40])
        except (ValueError, KeyError, TypeError):
            return Answer("应答 202，但没有回执")
    if status == 429:
        return Answer("对方繁忙（429）", retry_after=_seconds(response.headers.get("retry-after", "")))
    if 400 <= status < 500:
        return Answer(masks.in_text(f"对方拒收（{status}）：{_reason(response)}")[:200], held=True)
    return Answer(f"对方应答 {status}，结果未知")


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return "没有说明原因"


def _seconds(value: str) -> int:
    return min(int(value), 600) if value.isdigit() else 0
