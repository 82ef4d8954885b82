import pytest

from tests.accounts.factories import UserFactory


@pytest.fixture
def resident(client, cast):
    """A resident, signed in."""
    client.force_login(cast.resident)
    return cast.resident


@pytest.fixture
def clerk(client, cast):
    """The clerk of a village, signed in."""
    client.force_login(cast.clerk)
    return cast.clerk


@pytest.fixture
def fellow_clerk(cast):
    """Another clerk of the same village."""
    return UserFactory(clerk=True, organisation=cast.clerk.organisation)
