import pytest

from tests.handoff.conftest import _close_connections, agency
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

# The real mock agency, for the tests of 移交异常.
__all__ = ["_close_connections", "agency"]


@pytest.fixture
def village(cast):
    return make_village(cast.clerk, people=5)


@pytest.fixture
def batch(village, cast):
    return submit_batch(village, cast.clerk)


@pytest.fixture
def officer(client, cast):
    client.force_login(cast.reviewer)
    return cast.reviewer
