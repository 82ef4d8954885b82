from typing import Any

from django.core.management.base import CommandParser

from accounts.feeds.command import FeedCommand
from foundation.feeds.errors import FeedError
from foundation.feeds.feed import Feed
from refunds import schemes


class Command(FeedCommand):
    help = "加载缴费记录：load_payments 险种 文件"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scheme", help="险种代码，如 pension")
        super().add_arguments(parser)

    def feed(self, options: dict[str, Any]) -> Feed:
        known = {scheme.code: scheme for scheme in schemes.every()}
        if options["scheme"] not in known:
            listed = "、".join(f"{code}（{scheme.label}）" for code, scheme in known.items())
            raise FeedError(f"没有险种“{options['scheme']}”。可用的险种：{listed}。")
        return known[options["scheme"]].payment_feed()
