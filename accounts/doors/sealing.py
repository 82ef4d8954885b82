"""How a session lies in its table: under what key, and how what is in it is opened again."""

import json
from base64 import b64decode
from typing import Any

from cryptography.exceptions import InvalidTag

from foundation import crypto

# As long as Django's column; 160 bits of the hash.
LENGTH = 40


def stored(key: str) -> str:
    """Under what the session of a cookie's key stands."""
    return crypto.blind_index(key, purpose="session").hex()[:LENGTH]


def unsealed(stored_key: str, data: str) -> dict[str, Any]:
    """What is in a session; nothing in one that was changed, moved, or sealed with a key that is gone."""
    try:
        found: dict[str, Any] = json.loads(crypto.decrypt(b64decode(data), context=context(stored_key)))
    except (InvalidTag, KeyError, ValueError, IndexError):
        return {}
    return found


def context(stored_key: str) -> str:
    """What the content of a row is bound to."""
    return f"accounts_session.session_data|{stored_key}"
