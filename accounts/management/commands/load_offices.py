from typing import Any

from accounts.feeds.offices import OfficeFeed
from foundation.feeds.command import FeedCommand


class Command(FeedCommand):
    help = "加载税务机关"

    def feed(self, options: dict[str, Any]) -> OfficeFeed:
        return OfficeFeed()
