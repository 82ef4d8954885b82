"""Every night: whoever has a draft that is about to end is told, and what has been kept long enough is removed, and said so."""

from functools import partial

import structlog
from django.utils import timezone

from accounts.models import Removal
from foundation import apart
from foundation.retention import Kept
from refunds_portal.retention import drafts
from refunds_portal.retention.table import FORMS, TABLE

log = structlog.get_logger(__name__)


def run() -> None:
    """Each line of the table whatever becomes of the others."""
    due = (kept for kept in TABLE if kept.period is not None)
    apart.each([drafts.warn, *(partial(remove, kept) for kept in due)])


def remove(kept: Kept) -> int:
    """Take away what is due of it; how many. An auditor reads of it (按期删除)."""
    if done := _remove(kept):
        assert kept.period is not None, "only what has an end is removed"
        Removal.objects.create(what=kept.title, number=done, days=kept.period.days)
    return done


def forget_forms() -> None:
    """What was typed and not sent lasts minutes, so it does not wait for the night, nor fill the auditor's list."""
    _remove(FORMS)


def _remove(kept: Kept) -> int:
    done = kept.remove(timezone.now())
    if done:
        log.info("retention_removed", what=kept.code, number=done)
    return done
