from typing import Any

from accounts.feeds.command import FeedCommand
from accounts.feeds.organisations import OrganisationFeed


class Command(FeedCommand):
    help = "加载村组(单位)"

    def feed(self, options: dict[str, Any]) -> OrganisationFeed:
        return OrganisationFeed()
