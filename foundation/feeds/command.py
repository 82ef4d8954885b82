"""The management command around a feed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.feeds import runner
from foundation.feeds.errors import FeedError
from foundation.feeds.feed import Feed


class FeedCommand(BaseCommand):
    """`manage.py load_… FILE`. Ends with an error only when nothing was loaded; refused rows are in the summary."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件（UTF-8，第一行为列名）")

    def feed(self, options: dict[str, Any]) -> Feed:
        """The feed to load. May raise `FeedError`."""
        raise NotImplementedError

    def handle(self, *args: str, **options: Any) -> None:
        try:
            summary = runner.load(self.feed(options), options["file"], say=self._say)
        except FeedError as error:
            raise CommandError(str(error)) from None
        self._say(str(summary))
        if summary.rejected:
            self._say(f"被拒绝的行和原因：{summary.rejected}（改正后可直接加载这个文件）")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
