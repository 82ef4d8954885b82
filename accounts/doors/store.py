"""Django's sessions in the database, with two locks on them: a row stands under the keyed hash of its cookie's key, and what is in
it is sealed. Whoever reads the table, or a copy of it, can neither take a session over nor see what is in it."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from foundation import crypto

# In the session: when, where and on what it began, and when it was last used.
SIGNED_IN_AT, SEEN_AT, ADDRESS, DEVICE = "signed_in_at", "seen_at", "address", "device"
# As long as Django's column; 160 bits of the hash.
LENGTH = 40


def stored(key: str) -> str:
    """Under what the session of a cookie's key stands."""
    return crypto.blind_index(key, purpose="session").hex()[:LENGTH]


def unsealed(stored_key: str, data: str) -> dict[str, Any]:
    """What is in a session; nothing in one that was changed, moved, or sealed with a key that is gone."""
    try:
        found: dict[str, Any] = json.loads(crypto.decrypt(b64decode(data), context=_context(stored_key)))
    except (InvalidTag, KeyError, ValueError, IndexError):
        return {}
    return found


class SessionStore(db.SessionStore):
    """Whose rows are found by `stored`, and whose owner, device and times stand beside the sealed data."""

    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.doors.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        row = self.model.objects.filter(
            session_key=stored(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return bool(super().exists(stored(session_key)))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=stored(key)).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        text = json.dumps(session_dict, separators=(",", ":"), ensure_ascii=False)
        return b64encode(crypto.encrypt(text, context=_context(stored(self.session_key or "")))).decode()

    def decode(self, session_data: str) -> dict[str, Any]:
        return unsealed(stored(self.session_key or ""), session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        key = stored(self._get_or_create_session_key())  # before the data is sealed under it
        return self.model(
            session_key=key,
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            signed_in_at=_moment(data.get(SIGNED_IN_AT)),
            seen_at=_moment(data.get(SEEN_AT)),
            address=data.get(ADDRESS),
            device=data.get(DEVICE, ""),
        )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _context(stored_key: str) -> str:
    return f"accounts_session.session_data|{stored_key}"
