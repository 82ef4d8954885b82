import pytest

from tests.accounts.factories import UserFactory
from tests.pension.factories import CollectivePaymentFactory, PaymentFactory


@pytest.fixture
def village(client, cast):
    """The clerk's own collective payment with five members, and the clerk signed in."""
    client.force_login(cast.clerk)
    return make_village(cast.clerk, people=5)


@pytest.fixture
def fellow_clerk(cast):
    """Another clerk of the same village."""
    return UserFactory(clerk=True, organisation=cast.clerk.organisation)


def make_village(clerk, *, people, **kwargs):
    collective = CollectivePaymentFactory(organisation=clerk.organisation, **kwargs)
    office = clerk.organisation.office
    PaymentFactory.create_batch(people, of_village=True, collective=collective, office=office)
    return collective
