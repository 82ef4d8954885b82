import pytest

from handoff.mock_agencies import MockAgencies


@pytest.fixture
def agency(settings, tmp_path):
    """A real mock agency over HTTP that calls back to nobody; the portal is pointed at it."""
    secrets = {code: entry["secrets"][0] for code, entry in settings.AGENCIES.items()}
    with MockAgencies(
        database=tmp_path / "agencies.sqlite3", portal_url="http://127.0.0.1:9", secrets=secrets, delay=60, silence=60
    ) as mock:
        settings.AGENCIES = {code: {**entry, "url": mock.agency_url(code)} for code, entry in settings.AGENCIES.items()}
        settings.AGENCY_TIMEOUT_SECONDS = 1
        yield mock
