import pytest

from mock_agencies import MockAgencies
from tests.bankreports.factories import reported
from tests.medical.factories import EnrolmentFactory, PaymentFactory


@pytest.fixture
def resident(client, cast):
    """A resident, signed in."""
    client.force_login(cast.resident)
    return cast.resident


@pytest.fixture
def officer(client, cast):
    """An officer of the county, signed in."""
    client.force_login(cast.reviewer)
    return cast.reviewer


@pytest.fixture
def enrolment(resident):
    """Her only 参保登记."""
    return EnrolmentFactory(person=resident.person)


@pytest.fixture
def payment(enrolment, cast):
    """Her payment of 2024, 380 元."""
    return PaymentFactory(enrolment=enrolment, office=cast.county)


@pytest.fixture
def account(resident):
    """Her reported account."""
    return reported(resident)


@pytest.fixture
def agency(settings, tmp_path):
    """A real mock agency over HTTP that calls back to nobody; the portal is pointed at it."""
    secrets = {code: entry["secrets"][0] for code, entry in settings.AGENCIES.items()}
    where = {"database": tmp_path / "agencies.sqlite3", "portal_url": "http://127.0.0.1:9"}
    with MockAgencies(**where, secrets=secrets, delay=60, silence=60) as mock:
        settings.AGENCIES = {code: {**entry, "url": f"{mock.url}/{code}"} for code, entry in settings.AGENCIES.items()}
        settings.AGENCY_TIMEOUT_SECONDS = 1
        yield mock
