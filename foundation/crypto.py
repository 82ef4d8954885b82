"""Encryption of single fields (SM4-GCM, GB/T 32907) and the blind index that finds them (HMAC-SM3, GB/T 32905).

A model attribute of an `EncryptedField` is a `Sealed` value: printing it shows its mask, and the plain text comes out
only through `.reveal(why)`, so that every place that opens one can be found by that word and says why it does.
"""

import os
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Lookup

from foundation import masks

IV_BYTES = 12
TAG_BYTES = 16

Mask = Callable[[str], str]


def encrypt(text: str, *, context: str) -> bytes:
    """Encrypt under the newest key. `context` (table.column|pk) is authenticated, so a blob cannot move to another row.

    Returns key version (1 byte) + IV (12) + tag (16) + ciphertext.
    """
    version, key = _newest_key()
    iv = os.urandom(IV_BYTES)
    encryptor = Cipher(key, modes.GCM(iv)).encryptor()
    encryptor.authenticate_additional_data(context.encode())
    ciphertext = encryptor.update(text.encode()) + encryptor.finalize()
    return bytes([version]) + iv + encryptor.tag + ciphertext


def decrypt(blob: bytes, *, context: str) -> str:
    """The plain text of `blob`. Raises `InvalidTag` when it was changed or moved, `KeyError` when its key is gone."""
    version, rest = blob[0], blob[1:]
    iv, tag, ciphertext = rest[:IV_BYTES], rest[IV_BYTES : IV_BYTES + TAG_BYTES], rest[IV_BYTES + TAG_BYTES :]
    decryptor = Cipher(algorithms.SM4(settings.FIELD_KEYS[version]), modes.GCM(iv, tag)).decryptor()
    decryptor.authenticate_additional_data(context.encode())
    return (decryptor.update(ciphertext) + decryptor.finalize()).decode()


def blind_index(value: str, *, purpose: str) -> bytes:
    """32 bytes that are equal for equal (purpose, value) and tell nothing without the key. Normalise `value` first."""
    mac = _keyed().copy()
    mac.update(f"{purpose}\0{value}".encode())
    return mac.finalize()


def keyed_hash(key: bytes, text: str) -> bytes:
    """HMAC-SM3: 32 bytes that nobody without the key can make of the text."""
    mac = hmac.HMAC(bytes(key), hashes.SM3())
    mac.update(text.encode())
    return mac.finalize()


# What is made of a key once, beside the setting that it was made of: a load asks for each of them a hundred thousand times.
_made: dict[str, tuple[object, Any]] = {}


def _newest_key() -> tuple[int, algorithms.SM4]:
    known = _made.get("field")
    if known is None or known[0] is not settings.FIELD_KEYS:
        version = max(settings.FIELD_KEYS)
        known = _made["field"] = settings.FIELD_KEYS, (version, algorithms.SM4(settings.FIELD_KEYS[version]))
    newest: tuple[int, algorithms.SM4] = known[1]
    return newest


def _keyed() -> hmac.HMAC:
    known = _made.get("index")
    if known is None or known[0] is not settings.INDEX_KEY:
        known = _made["index"] = settings.INDEX_KEY, hmac.HMAC(bytes(settings.INDEX_KEY), hashes.SM3())
    mac: hmac.HMAC = known[1]
    return mac


def new_id() -> uuid.UUID:
    """A time-ordered UUID (version 7, RFC 9562), made before the insert because it is part of the encryption context."""
    random = int.from_bytes(os.urandom(10))
    value = (time.time_ns() // 1_000_000) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Sealed:
    """A value at rest: prints as its mask; `reveal(why)` gives the plain text."""

    __slots__ = ("_blob", "_context", "_mask", "_text")

    def __init__(self, *, mask: Mask, text: str | None = None, blob: bytes = b"", context: str = ""):
        self._mask, self._text, self._blob, self._context = mask, text, blob, context

    def reveal(self, why: str) -> str:
        """The plain text, for its owner, an agency, or what is made of it. `why` is a plain sentence that tells the reader of
        this place; it is not logged. Officers' reveals, which are recorded, come separately."""
        if self._text is None:
            self._text = decrypt(self._blob, context=self._context)
        return self._text

    def __str__(self) -> str:
        try:
            return self._mask(self.reveal("its mask is made of it"))
        except (InvalidTag, KeyError):
            return "******"

    __repr__ = __str__

    def __html__(self) -> str:
        return str(self)  # masks hold digits, letters and stars only

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.reveal("for a comparison") == other.reveal("for a comparison")


Given = TypeVar("Given", contravariant=True)
Found = TypeVar("Found", covariant=True)

if TYPE_CHECKING:

    class _BinaryField(models.BinaryField[Given, Found]): ...
else:

    class _BinaryField(models.BinaryField, Generic[Given, Found]):
        """At runtime no field of Django has these parameters."""


class EncryptedField(_BinaryField[Given, Found]):
    """Text encrypted at rest. `mask` turns the plain text into what may be shown; `index` names the column of the blind
    index it is looked for by, None where nobody looks for it. Needs a primary key before the save."""

    # What an attribute is given, and what is found in it (or None, where null=True): names that django-stubs looks for.
    _pyi_private_set_type: str | Sealed | None
    _pyi_private_get_type: Sealed  # type: ignore[assignment]  # a BinaryField gives bytes

    def __init__(self, *args: Any, mask: Mask = masks.whole, index: str | None = None, **kwargs: Any):
        # Neither is part of the table, so `deconstruct` leaves both out and no migration knows them.
        self.mask, self.index = mask, index
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        text = instance.__dict__.get(self.attname)
        return encrypt(text, context=self.context(instance.pk)) if isinstance(text, str) else text

    def context(self, pk: object) -> str:
        return sealed_context(self.model, self.attname, pk)

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        if lookup_name in ("isnull", "df"):  # a trigger may ask whether the sealed column is touched at all
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: look it up through its blind index.")


def sealed_context(model: type[models.Model], column: str, pk: object) -> str:
    """What an encrypted value is bound to, for code that writes rows without a model instance (COPY)."""
    return f"{model._meta.db_table}.{column}|{pk}"


class _SealedAttribute:
    """In `__dict__`: a str not yet encrypted, the blob as read, or None."""

    def __init__(self, field: "EncryptedField[Any, Any]"):
        self.field = field

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: models.Model, owner: type | None = None) -> Sealed | None: ...

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Self | Sealed | None:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        if value is None:
            return None
        if isinstance(value, str):
            return Sealed(mask=self.field.mask, text=value)
        return Sealed(mask=self.field.mask, blob=bytes(value), context=self.field.context(instance.pk))

    def __set__(self, instance: models.Model, value: str | bytes | Sealed | None) -> None:
        plain = value.reveal("sealed again in another row") if isinstance(value, Sealed) else value
        instance.__dict__[self.field.attname] = plain
