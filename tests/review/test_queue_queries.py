"""A page of the queue costs three queries beyond the session and the user, whatever it is narrowed to and however long it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from refunds import schemes
from review.queue import views
from tests.accounts.factories import UserFactory
from tests.house import brought
from tests.pages import find_all, tree

pytestmark = pytest.mark.django_db
MOST = 3
# Who is signed in.
SIGNED_IN = 2
QUEUES = {
    "reviewer": ("pending", "mine", "countersign", "agency", "disputed", "all"),
    "countersigner": ("pending", "countersign", "all"),
    "auditor": ("all", "pending"),
}
WITH_EVERY_CONDITION = {("reviewer", "pending"), ("reviewer", "all"), ("auditor", "all")}
CONDITIONS = (
    "",
    *(f"segment={code}" for code in ("over", "soon", "checks", "batch", "again")),
    "scheme=medical",
    "year=2019",
    "least=1&most=900",
    "since=2020-01-01&until=2036-01-01",
    "mark=again",
    "holder=taken",
    "holder=none",
    "office={office}",
    "reviewer={reviewer}",
    "number={number}",
    "person={person}",
    "state=paid",
    "more=1&office={office}&reviewer={reviewer}&least=900",
    "least=x&office=nowhere",
)


@pytest.fixture
def rows(cast):
    """Some of every scheme."""
    return [
        brought.of(scheme, "factories").submitted(UserFactory(resident=True), office=cast.county)
        for scheme in schemes.every()
        for _ in range(2)
    ]


def cost(client, method, *args) -> int:
    method(*args)  # what is asked once and kept by the process, and the list remembered for the way back
    with CaptureQueriesContext(connection) as taken:
        assert method(*args).status_code in (200, 302)
    return len(taken) - SIGNED_IN


@pytest.mark.parametrize("role", QUEUES)
def test_every_list_and_every_condition_costs_three_queries_at_most(client, cast, rows, role):
    client.force_login(getattr(cast, role))
    about = {"office": cast.county.code, "reviewer": cast.reviewer.username}
    about |= {"number": rows[0].number, "person": rows[0].applicant_id}
    for queue in QUEUES[role]:
        # The lists differ in what they hold; what narrows them is the same for all, and for everybody.
        for condition in CONDITIONS if (role, queue) in WITH_EVERY_CONDITION else CONDITIONS[:2]:
            address = f"/review/?queue={queue}&{condition.format(**about)}"
            assert cost(client, client.get, address) <= MOST, address


def test_a_search_in_the_list_costs_one_query_whatever_it_is_for(client, cast, rows):
    client.force_login(cast.reviewer)
    for typed in (rows[0].number, rows[-1].applicant.id_number.reveal("in a test"), "420984190001010000"):
        assert cost(client, client.post, "/review/?queue=all", {"q": typed}) <= 1


def test_a_page_further_down_costs_the_same_as_the_first(client, cast, rows, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    client.force_login(cast.reviewer)
    first = client.get("/review/?queue=all")
    links = find_all(tree(first), lambda tag, attrs: tag == "a" and "after=" in attrs.get("href", ""))
    assert cost(client, client.get, links[0]["attrs"]["href"]) <= MOST
