"""The words in force, read at once and kept for `PARAMETERS_SECONDS`: a change by another process is seen after that."""

import time
from functools import lru_cache

from django.conf import settings
from django.db.models.signals import post_save

from inbox.wording.models import Wording


def of(kind: str) -> Wording:
    """The newest of its kind. Raises KeyError for one that nobody has found words for."""
    return everything()[kind]


def everything() -> dict[str, Wording]:
    """The newest of each kind."""
    return _read(int(time.monotonic() // settings.PARAMETERS_SECONDS))


@lru_cache(maxsize=1)
def _read(_bucket: int) -> dict[str, Wording]:
    newest = Wording.objects.select_related("made_by__person").order_by("kind", "-id").distinct("kind")
    return {wording.kind: wording for wording in newest}


def forget(**_signal: object) -> None:
    """Read them anew: they have changed."""
    _read.cache_clear()


post_save.connect(forget, sender=Wording)
