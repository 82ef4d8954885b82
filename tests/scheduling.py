"""Which test process runs what: all that is started for real is one piece, every other test one of its own."""

from xdist.scheduler import LoadScopeScheduling

# A demo with its browser; a production start, whose last test takes the database away; a storm that kills what it started.
# They wait more than they work, so one process takes them one after the other, and the other one is at work meanwhile.
FOR_REAL = ("tests/deploy/", "tests/journeys/", "tests/storm/")


class ByFolder(LoadScopeScheduling):
    """The largest piece is begun first, so that the other process has all the rest to do meanwhile."""

    def _split_scope(self, nodeid: str) -> str:
        return "for real" if nodeid.startswith(FOR_REAL) else nodeid


def pytest_xdist_make_scheduler(config, log):
    return ByFolder(config, log)
