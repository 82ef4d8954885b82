"""The three headers of Standard Webhooks 1.0, by which the other side knows who says it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from standardwebhooks import Webhook


def signature(secrets: Iterable[str], message_id: str, body: str) -> dict[str, str]:
    """Every current secret signs, so that either side may rotate first."""
    now = datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, now, body) for secret in secrets),
    }
