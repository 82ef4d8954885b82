from typing import Any

from accounts.feeds.staff import StaffFeed
from foundation.feeds.command import FeedCommand


class Command(FeedCommand):
    help = "加载经办人和税务人员的账户"

    def feed(self, options: dict[str, Any]) -> StaffFeed:
        return StaffFeed()
