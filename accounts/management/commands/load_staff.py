from typing import Any

from accounts.feeds.command import FeedCommand
from accounts.feeds.staff import StaffFeed


class Command(FeedCommand):
    help = "加载经办人和税务人员的账户"

    def feed(self, options: dict[str, Any]) -> StaffFeed:
        return StaffFeed()
