"""What an agency answers: JSON, signed with the three headers that its events carry too."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Self

from aiohttp import web
from standardwebhooks import Webhook

from .messages import Refusal

ECHOED = re.compile(r"[!-~]{1,100}")


class Answer(web.Response):
    """A JSON object."""

    def __init__(self, content: dict, status: int = 200):
        text = json.dumps(content, ensure_ascii=False)
        super().__init__(text=text, status=status, content_type="application/json")

    @classmethod
    def of(cls, refusal: Refusal) -> Self:
        """The refusal as an answer."""
        return cls(refusal.content, refusal.status_code)


def signature(seal: Webhook, webhook_id: str, body: str) -> dict[str, str]:
    """The three headers over this body, made now."""
    now = datetime.now(UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": seal.sign(webhook_id, now, body),
    }


def sign(answer: Answer, seal: Webhook, asked_as: str) -> None:
    """Sign under the id of the request, or under a fresh one if that is none."""
    webhook_id = asked_as if ECHOED.fullmatch(asked_as) else f"ans_{uuid.uuid4().hex}"
    answer.headers.update(signature(seal, webhook_id, answer.text or ""))
