from typing import Any

from accounts.feeds.command import FeedCommand
from accounts.feeds.offices import OfficeFeed


class Command(FeedCommand):
    help = "加载税务机关"

    def feed(self, options: dict[str, Any]) -> OfficeFeed:
        return OfficeFeed()
