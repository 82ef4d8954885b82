"""The management command around a feed: what it loads is on record, with who loaded it and what was refused."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.feeds import loading
from foundation.feeds.errors import FeedError
from foundation.feeds.feed import Feed


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
        by, path, trial = options["by"] or _system_user(), options["file"], options["dry_run"]
        try:
            summary = loading.load(self.feed(options), path, by=by, say=self._say, dry_run=trial).summary
        except FeedError as error:
            raise CommandError(str(error)) from None
        assert summary is not None, "a load without an error has one"
        self._say(("试运行，没有写入：" if trial else "") + str(summary))
        for note in summary.notes:
            self._say(note)
        if summary.rejected:
            self._say(f"被拒绝的行和原因：{summary.rejected}（改正后可直接加载这个文件）")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody in particular, as in a container
        return "未知"
