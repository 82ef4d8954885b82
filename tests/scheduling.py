"""Which test process runs what: a folder whose tests share something dear is one piece, every other test one of its own."""

from xdist.scheduler import LoadScopeScheduling

# A demo with its browser; a production start, whose last test takes the database away.
WHOLE = ("tests/journeys/", "tests/deploy/")


class ByFolder(LoadScopeScheduling):
    """The largest piece is begun first, so that the other process has all the rest to do meanwhile."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in WHOLE if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config, log):
    return ByFolder(config, log)
