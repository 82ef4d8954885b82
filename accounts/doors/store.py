"""Django's sessions in the database, with two locks on them: a row stands under the keyed hash of its cookie's key, and what is in
it is sealed. Whoever reads the table, or a copy of it, can neither take a session over nor see what is in it."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.doors.sealing import context, stored, unsealed
from foundation import crypto

# In the session: when, where and on what it began, and when it was last used.
SIGNED_IN_AT, SEEN_AT, ADDRESS, DEVICE = "signed_in_at", "seen_at", "address", "device"


class SessionStore(db.SessionStore):
    """Whose rows are found by `stored`, and whose owner, device and times stand beside the sealed data."""

    @classmethod
    def get_model_class(cls) -> Any:
        return apps.get_model("accounts", "Session")

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
        return b64encode(crypto.encrypt(text, context=context(stored(self.session_key or "")))).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        return unsealed(stored(self.session_key or ""), str(session_data))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        key = stored(self._get_or_create_session_key())  # type: ignore[attr-defined]  # before the data is sealed under it
        row: Any = self.model
        return row(
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
