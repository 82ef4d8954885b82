"""A load that is on record: which file, who, when, how many rows went where, and which were refused. Commands and pages load by it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pghistory
from django.utils import timezone

from accounts.models import Load
from foundation.feeds import runner
from foundation.feeds.feed import Feed
from foundation.feeds.runner import Summary
from foundation.shortening import shortened

# More refused rows than this are not kept here; they stand in FILE.rejected.csv.
MOST_KEPT = 5_000_000
NOT_KEPT = "被拒绝的行太多，系统里没有保存，请留好加载时写出的 .rejected.csv。"


@dataclass
class Loaded:
    """What came of a file: the summary, the refused rows as a file says them ("" for none, or too many to be kept), and the record
    (None of a trial)."""

    summary: Summary | None = None
    rejected: str = ""
    record: Load | None = None


def load(
    feed: Feed, path: Path, *, by: str, say: Callable[[str], None], dry_run: bool = False, name: str = ""
) -> Loaded:
    """Load a file, which is called `name` where it stands under another one. Raises FeedError, with nothing loaded."""
    started, kept = timezone.now(), Loaded()
    name = name or path.name

    def keep(summary: Summary, rejected: str) -> None:
        too_much = len(rejected) > MOST_KEPT
        kept.rejected = "" if too_much else rejected
        if dry_run:
            return
        kept.record = Load.objects.create(
            feed=feed.name,
            file_name=shortened(name, 200),
            sha256=summary.sha256,
            by=shortened(by, 60),
            started_at=started,
            read=summary.read,
            added=summary.added,
            updated=summary.updated,
            unchanged=summary.unchanged,
            refused=summary.refused,
            notes="\n".join([*summary.notes, *([NOT_KEPT] if too_much else [])]),
            rejected=kept.rejected or None,
        )

    with pghistory.context(system="tax-core", file=name, loaded_by=shortened(by, 60)):
        kept.summary = runner.load(feed, path, say=say, keep=keep, dry_run=dry_run)
    return kept
