"""A fragment opens for whom its page opens, and for nobody else (design.md section 5)."""

import pytest

from tests.conftest import make_cast
from tests.house.routes import REGIONS, TABLE, build
from tests.house.rows import ROLES
from tests.house.test_fragments import htmx, is_whole
from tests.house.test_routes import LOGIN, as_role, ask

pytestmark = pytest.mark.django_db

# Only the case of a batch has people.
ROWS = [row for row in TABLE if row.name in REGIONS and (row.name != "review:case" or row.on == "of a village")]
# What htmx swaps in (htmx-config in layouts/base.jinja); everything else it leaves alone.
SWAPPED = {200, 409, 422}


@pytest.fixture(scope="module")
def cast(shared_db):
    return make_cast()


@pytest.fixture(scope="module")
def world(cast):
    return build(cast)


def meaning(response):
    """The status, or where one is led to: htmx must be told in a header, because it follows a 302 by itself."""
    if url := response.headers.get("HX-Redirect") or response.headers.get("Location"):
        return LOGIN if url.startswith(LOGIN) else url
    return response.status_code


@pytest.mark.parametrize("role", ROLES)
def test_a_fragment_is_guarded_as_its_page_is(role, cast, world):
    client = as_role(role, cast)
    for row in ROWS:
        for method in ("get", "post"):
            page = ask(client, method, row, world)
            fragment = ask(client, method, row, world, headers=htmx(REGIONS[row.name]))
            assert meaning(fragment) == meaning(page), (str(row), method)
            assert not (fragment.status_code in SWAPPED and is_whole(fragment)), (str(row), method)
            assert is_whole(page) or page.status_code in (302, 405), (str(row), method)


def test_after_the_session_htmx_is_led_to_the_sign_in_and_back_to_the_page_it_was_on(cast, world):
    client = as_role("anonymous", cast)
    for row in ROWS:
        response = ask(client, "get", row, world, headers=htmx(REGIONS[row.name], "/inquiry/?a=1"))
        assert (response.status_code, response.content) == (204, b""), str(row)
        assert response.headers["HX-Redirect"] == f"{LOGIN}?next=/inquiry/%3Fa%3D1", str(row)


def test_a_restored_history_entry_and_a_stranger_region_get_the_whole_page(cast, world):
    clients = {role: as_role(role, cast) for role in ("resident", "reviewer")}
    for row in ROWS:
        client = clients["reviewer" if row.name.startswith("review") else "resident"]
        restored = {**htmx(REGIONS[row.name]), "hx-history-restore-request": "true"}
        for headers in (restored, htmx("elsewhere")):
            response = ask(client, "get", row, world, headers=headers)
            assert is_whole(response) or "HX-Redirect" in response.headers, str(row)
