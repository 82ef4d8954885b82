"""The management command around a feed: what it loads is on record, with who loaded it and what was refused."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Load
from foundation.feeds import runner
from foundation.feeds.errors import FeedError
from foundation.feeds.feed import Feed
from foundation.feeds.runner import Summary
from foundation.shortening import shortened

# More refused rows than this are not kept here; they stand in FILE.rejected.csv.
MOST_KEPT = 5_000_000
NOT_KEPT = "被拒绝的行太多，系统里没有保存，请留好加载时写出的 .rejected.csv。"


class FeedCommand(BaseCommand):
    """`manage.py load_… FILE`. Ends with an error only when nothing was loaded; refused rows are in the summary."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件（UTF-8，第一行为列名）")
        parser.add_argument("--dry-run", action="store_true", help="只说明会改变什么，不写入任何内容")
        parser.add_argument("--by", default="", help="加载人（默认是操作系统的登录名）")

    def feed(self, options: dict[str, Any]) -> Feed:
        """The feed to load. May raise `FeedError`."""
        raise NotImplementedError

    def handle(self, *args: str, **options: Any) -> None:
        self._by = shortened(options["by"] or _system_user(), 60)
        path, trial = options["file"], options["dry_run"]
        try:
            feed = self.feed(options)
            keep = None if trial else self._keep(feed, path, timezone.now())
            with pghistory.context(system="tax-core", file=path.name, loaded_by=self._by):
                summary = runner.load(feed, path, say=self._say, keep=keep, dry_run=trial)
        except FeedError as error:
            raise CommandError(str(error)) from None
        self._say(("试运行，没有写入：" if trial else "") + str(summary))
        for note in summary.notes:
            self._say(note)
        if summary.rejected:
            self._say(f"被拒绝的行和原因：{summary.rejected}（改正后可直接加载这个文件）")

    def _keep(self, feed: Feed, path: Path, started: datetime) -> runner.Keep:
        def keep(summary: Summary, rejected: str) -> None:
            too_much = len(rejected) > MOST_KEPT
            Load.objects.create(
                feed=feed.name,
                file_name=shortened(path.name, 200),
                sha256=summary.sha256,
                by=self._by,
                started_at=started,
                read=summary.read,
                added=summary.added,
                updated=summary.updated,
                unchanged=summary.unchanged,
                refused=summary.refused,
                notes="\n".join([*summary.notes, *([NOT_KEPT] if too_much else [])]),
                rejected=(rejected or None) if not too_much else None,
            )

        return keep

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody in particular, as in a container
        return "未知"
