"""A pretended SMS gateway beside the agencies: it takes messages for phones, says what became of them, and its page shows them.

A phone that ends in 01 gets nothing (未送达), one that ends in 02 is taken and never spoken of again.
"""

import json
import time
from dataclasses import dataclass

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from .book import Book
from .messages import Refusal
from .rules import moment

STATE = {"accepted": "已接收", "delivered": "已送达", "failed": "未送达"}
NEWEST = "SELECT message_id, phone, text, state, at FROM texts ORDER BY key DESC LIMIT :limit"
ONE = "SELECT message_id, phone, text, state FROM texts WHERE message_id = :message_id"


def fate(phone: str) -> str:
    """What becomes of an SMS to this phone."""
    return {"01": "failed", "02": "accepted"}.get(phone[-2:], "delivered")


@dataclass
class Texts:
    """What the portal meets at /sms, and what people see of it: the phone masked, the words whole."""

    book: Book
    seal: Webhook

    def add_to(self, app: web.Application) -> None:
        """Bring the two paths of the gateway."""
        app.router.add_post("/sms/messages", self._take)
        app.router.add_get("/sms/messages/{message_id}", self._tell)

    def newest(self, limit: int) -> list[dict]:
        """The newest, each with its `phone` masked."""
        rows = self.book.rows(NEWEST, limit=limit)
        return [
            row | {"phone": f"{row['phone'][:3]}****{row['phone'][-4:]}", "state": STATE[row["state"]]} for row in rows
        ]

    async def _take(self, request: web.Request) -> web.Response:
        try:
            wanted = self._read(request, await request.read())
        except Refusal as refusal:
            return web.json_response({"reason": refusal.code}, status=refusal.status_code)
        with self.book.db:
            known = self.book.rows(ONE, message_id=wanted["message_id"])
            if known and (known[0]["phone"], known[0]["text"]) != (wanted["phone"], wanted["text"]):
                return web.json_response({"reason": "the same message_id with other words"}, status=409)
            if not known:
                self.book.add("texts", wanted | {"state": fate(wanted["phone"]), "at": moment(time.time())})
        return web.json_response({"message_id": wanted["message_id"]}, status=202)

    async def _tell(self, request: web.Request) -> web.Response:
        message_id = request.match_info["message_id"]
        known = self.book.rows(ONE, message_id=message_id)
        if not known:
            return web.json_response({"error": "unknown_message", "message_id": message_id}, status=404)
        reason = "号码停机或不存在" if known[0]["state"] == "failed" else ""
        return web.json_response({"message_id": message_id, "state": known[0]["state"], "reason": reason})

    def _read(self, request: web.Request, body: bytes) -> dict[str, str]:
        try:
            self.seal.verify(body, dict(request.headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            raise Refusal(401, "bad_signature", "Not signed by the portal.") from None
        try:
            said = json.loads(body)
            wanted = {name: said[name] for name in ("message_id", "phone", "text")}
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, "malformed", "message_id, phone and text are wanted.") from None
        if not all(isinstance(value, str) and value for value in wanted.values()):
            raise Refusal(400, "malformed", "message_id, phone and text are texts.")
        return wanted
