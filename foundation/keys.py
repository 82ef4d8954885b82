"""Primary keys and UUIDs as they come from a form or an address. What cannot be one is left out."""

import uuid
from collections.abc import Iterable

# One digit less than the largest number the database takes, so that none is too large for it.
LONGEST = 18


def is_number(value: object) -> bool:
    """Whether it is a whole number that can be a key; whether there is such a row is asked of the rows."""
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST


def numbers_in(values: Iterable[str]) -> list[int]:
    """Those of `values` that can be keys, in their order."""
    return [int(value) for value in values if is_number(value)]


def uuid_of(value: object) -> uuid.UUID | None:
    """The UUID that was sent, or None for what is none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def uuids_in(values: Iterable[str]) -> list[uuid.UUID]:
    """Those of `values` that are UUIDs, in their order."""
    return [key for key in map(uuid_of, values) if key]


def uuid_or_new(value: object) -> uuid.UUID:
    """The key of a form that was sent, or a new one for a form that will be."""
    return uuid_of(value) or uuid.uuid4()
