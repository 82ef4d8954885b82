import pytest

from mock_agencies import MockAgencies
from tests.handoff.desk import Portal, http, open_mock, seen


@pytest.fixture
def agency(settings, tmp_path):
    """A real mock agency over HTTP that calls back to nobody; the portal is pointed at it."""
    secrets = {code: entry["secrets"][0] for code, entry in settings.AGENCIES.items()}
    with MockAgencies(
        database=tmp_path / "agencies.sqlite3", portal_url="http://127.0.0.1:9", secrets=secrets, delay=60, silence=60
    ) as mock:
        settings.AGENCIES = {code: {**entry, "url": f"{mock.url}/{code}"} for code, entry in settings.AGENCIES.items()}
        settings.AGENCY_TIMEOUT_SECONDS = 1
        yield mock


@pytest.fixture
def portal():
    portal = Portal()
    yield portal
    portal.close()


@pytest.fixture
def mock(portal, tmp_path):
    with open_mock(portal.url, tmp_path) as mock:
        yield mock


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """One mock for all the tests that are only ever refused: nothing they send may leave a trace but a request."""
    with open_mock("http://127.0.0.1:9", tmp_path_factory.mktemp("strict")) as mock:
        yield mock
        assert seen(mock)["instructions"] == []


@pytest.fixture(scope="session", autouse=True)
def _close_connections():
    yield
    http.close()
