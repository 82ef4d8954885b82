"""The counter of the agencies: checks the signature and the form, then writes into the ledger."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

from standardwebhooks import Webhook, WebhookVerificationError

from .ledger import Ledger, Request
from .messages import Refusal, is_instruction_id, read_instruction
from .rules import moment, plan

PAGE = 500


class Desk:
    """One agency's counter: a signed, well-formed instruction becomes an entry of the ledger."""

    def __init__(self, ledger: Ledger, seals: dict[str, Webhook], *, delay: float, silence: float):
        self._ledger = ledger
        self._seals = seals
        self._delay, self._silence = delay, silence

    def take(self, request: Request, headers: Mapping[str, str], *, fault: str = "") -> dict:
        """Take an instruction and answer with its receipt."""
        try:
            self._check_signature(request, headers)
            instruction = read_instruction(request.body, request.webhook_id)
            account, lines = instruction["payee"]["account_number"], instruction["lines"]
            callbacks = plan(request.agency, account, lines, delay=self._delay, silence=self._silence)
            held = fault == "silent"
            return self._ledger.receive(request, instruction["amount"], callbacks, held=held, fault=fault)
        except Refusal as refusal:
            self.note(request, refusal.code)
            raise

    def note(self, request: Request, outcome: str) -> None:
        """Keep a request that was not taken, under the id it claims if that looks like one."""
        claimed = request.webhook_id if is_instruction_id(request.webhook_id) else ""
        self._ledger.note(request, outcome, claimed)

    def list(self, request: Request, headers: Mapping[str, str], query: str) -> dict:
        """One page of what this agency has; next_after is empty on the last."""
        self._check_signature(request, headers)
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        limit, since = _limit(asked.get("limit")), _since(asked.get("since"))
        found = self._ledger.page(request.agency, since=since, after=asked.get("after", ""), limit=limit + 1)
        refunds = found[:limit]
        return {"refunds": refunds, "next_after": refunds[-1]["instruction_id"] if len(found) > limit else ""}

    def _check_signature(self, request: Request, headers: Mapping[str, str]) -> None:
        """Missing headers, a time more than five minutes off and a wrong signature are all just: not from the portal.

        The library lets ValueError through for a header that is not even of the right form.
        """
        try:
            self._seals[request.agency].verify(request.body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            raise Refusal(401, "bad_signature", "The signature headers are missing, too old or wrong.") from None


def _limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= PAGE):
        raise Refusal(400, "bad_limit", f"limit must be a whole number from 1 to {PAGE}.")
    return int(text)


def _since(text: str | None) -> str:
    """Moments are compared as texts, so the portal's offset is turned into ours first."""
    if text is None:
        return ""
    try:
        since = datetime.fromisoformat(text)
        if since.tzinfo is not None:
            return moment(since.timestamp())
    except (ValueError, OverflowError):
        pass
    raise Refusal(400, "bad_since", "since must be ISO 8601 with an offset, its + written as %2B.")
