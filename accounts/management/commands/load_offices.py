from accounts.feeds.offices import OfficeFeed
from refunds_portal.feeds.command import FeedCommand


class Command(FeedCommand):
    help = "加载税务机关"

    def feed(self, options):
        return OfficeFeed()
