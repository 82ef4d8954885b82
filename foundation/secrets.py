"""Where secrets come from: the environment, or (only where nothing real is kept) a file generated on first use."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import IO, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject

Secret = TypeVar("Secret")


def _when_used(read: "Callable[[SecretSource, str], Secret]") -> "Callable[[SecretSource, str], Secret]":
    """Where missing secrets are made, each is made when it is first used; where they must be given, it is read now."""

    @wraps(read)
    def secret(self: "SecretSource", name: str) -> Secret:
        if self.file is None:
            return read(self, name)
        return SimpleLazyObject(partial(read, self, name))  # type: ignore[return-value]  # stands for what it reads

    return secret


class SecretSource:
    """Reads secrets from `env`; where `file` is given, makes missing ones and keeps them there (mode 0600)."""

    def __init__(self, env: Callable[..., str], file: Path | None):
        self._env = env
        self.file = file

    @_when_used
    def text(self, name: str) -> str:
        """Any text."""
        return self._get(name, lambda: secrets.token_urlsafe(48))

    @_when_used
    def key(self, name: str) -> bytes:
        """32 bytes, written as 64 hex digits."""
        return self._hex(name, self._get(name, lambda: secrets.token_hex(32)), 32)

    @_when_used
    def field_keys(self, name: str) -> dict[int, bytes]:
        """SM4 keys (16 bytes) by version 1..255, written as `1:hex,2:hex`."""
        written = self._get(name, lambda: "1:" + secrets.token_hex(16))
        try:
            pairs = [part.split(":") for part in written.split(",")]
            keys = {int(version): self._hex(name, value, 16) for version, value in pairs}
        except ValueError:
            raise ImproperlyConfigured(f"{name} must look like 1:hex,2:hex.") from None
        if not all(1 <= version <= 255 for version in keys):
            raise ImproperlyConfigured(f"{name}: a key version is a number from 1 to 255.")
        return keys

    @_when_used
    def webhook_secrets(self, name: str) -> list[str]:
        """Standard Webhooks secrets (`whsec_` + base64), comma-separated; the first one signs."""
        given = self._get(name, lambda: "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()).split(",")
        if not all(one.strip() for one in given):
            raise ImproperlyConfigured(f"{name}: there is nothing before or after a comma.")
        return [one.strip() for one in given]

    def _get(self, name: str, make: Callable[[], str]) -> str:
        value = self._env(name, default="")
        if value:
            return value
        if self.file is None:
            raise ImproperlyConfigured(
                f"{name} is not set. With DATABASE_URL set, every secret comes from the environment."
            )
        return self._kept(self.file, name, make)

    @staticmethod
    def _kept(file: Path, name: str, make: Callable[[], str]) -> str:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Locked, because web, worker and mocks may start for the first time together.
        with open(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as kept:
            _lock(kept)
            values: dict[str, str] = json.loads(kept.read() or "{}")
            if name not in values:
                values[name] = make()
                kept.seek(0)
                kept.write(json.dumps(values, indent=1))
                kept.truncate()
            return values[name]

    @staticmethod
    def _hex(name: str, value: str, size: int) -> bytes:
        try:
            key = bytes.fromhex(value)
        except ValueError:
            key = b""
        if len(key) != size:
            raise ImproperlyConfigured(f"{name} must be {size * 2} hex digits.")
        return key


def _lock(file: IO[str]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: the demo starts one process first, so there is nothing to race with
        return
    fcntl.flock(file, fcntl.LOCK_EX)
