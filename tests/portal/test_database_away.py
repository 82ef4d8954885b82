"""While the database is away every page says so at once, and whoever watches the portal is answered."""

import pytest
from django.db import OperationalError, connection

from accounts.sessions import SEEN_AT
from tests.pages import find, text, tree

pytestmark = pytest.mark.django_db
LIST = "/pension/?year=2023"


@pytest.fixture
def asked(client, cast):
    """The resident has signed in, and the database is away: what was asked of it since."""
    client.force_login(cast.resident)
    client.raise_request_exception = False
    statements = []

    def away(execute, sql, params, many, context):
        statements.append(sql)
        raise OperationalError("the database is away")

    with connection.execute_wrapper(away):
        yield statements


def way_back(response) -> str:
    return find(tree(response), lambda tag, attrs: tag == "a" and "button" in attrs.get("class", ""))["attrs"]["href"]


def test_a_page_waits_for_it_once_and_says_when_to_come_back(client, asked):
    response = client.get(LIST)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "没有保存" not in text(response)
    assert way_back(response) == LIST
    assert len(asked) == 1


@pytest.mark.parametrize(
    "come_from",
    [{"Referer": f"http://testserver{LIST}"}, {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}"}],
)
def test_a_form_was_not_saved_and_leads_back_to_its_page(client, asked, come_from):
    response = client.post("/pension/withdraw/", {"payment": "1"}, headers=come_from)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "这一步没有保存" in text(response)
    assert way_back(response) == LIST
    assert len(asked) == 1


@pytest.mark.parametrize("come_from", ["", "https://evil.example/", "http://["])
def test_a_form_from_nowhere_leads_home(client, asked, come_from):
    assert way_back(client.post("/pension/withdraw/", headers={"Referer": come_from})) == "/"


def test_healthz_does_not_ask_it_whoever_asks(client, asked):
    assert client.get("/healthz").status_code == 200
    assert asked == []


def test_readyz_names_it(client, asked):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": False})


def test_it_may_go_while_a_page_is_made(client, cast):
    """Kept last, the session meets a database that has gone."""
    client.force_login(cast.resident)
    session = client.session
    session[SEEN_AT] -= 61  # noted once a minute
    session.save()

    def gone(execute, sql, params, many, context):
        if sql.startswith('UPDATE "accounts_session"'):
            raise OperationalError("the database has gone")
        return execute(sql, params, many, context)

    client.raise_request_exception = False
    with connection.execute_wrapper(gone):
        response = client.get(LIST)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
