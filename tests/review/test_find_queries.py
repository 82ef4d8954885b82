"""Whatever is looked for, 查人查单 costs three queries beyond the session and the user; one more notes a search by number."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from refunds import schemes
from tests.accounts.factories import UserFactory
from tests.house import brought
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
URL = "/review/find/"
SIGNED_IN, MOST = 2, 3


@pytest.fixture
def rows(cast):
    return [
        brought.of(scheme, "factories").submitted(UserFactory(resident=True), office=cast.county)
        for scheme in schemes.every()
    ]


def cost(client, query) -> int:
    client.get(URL, query)  # what the process asks once and keeps
    with CaptureQueriesContext(connection) as taken:
        assert client.get(URL, query).status_code == 200
    return len(taken) - SIGNED_IN


@pytest.mark.parametrize("role", ["reviewer", "countersigner", "auditor"])
def test_a_search_and_what_it_opens_cost_three_queries_at_most(client, cast, rows, role):
    batch = submit_batch(make_village(cast.clerk, people=3), cast.clerk)
    client.force_login(getattr(cast, role))
    client.post(URL, {"q": rows[0].applicant.name})
    opened = [{"number": refund.number} for refund in (*rows, batch)]
    opened += [{"person": refund.applicant_id} for refund in rows]
    for query in (*opened, {"village": batch.organisation_id}, {}):
        assert cost(client, query) <= MOST, query


def selects(client, typed) -> list[str]:
    with CaptureQueriesContext(connection) as taken:
        client.post(URL, {"q": typed})
    return [one["sql"] for one in taken if one["sql"].startswith(("SELECT", "WITH")) and "FULL JOIN" in one["sql"]]


def test_looking_itself_is_one_query_of_any_kind(client, cast, rows):
    client.force_login(cast.reviewer)
    number = rows[0].applicant.id_number.reveal("in a test")
    for typed in (rows[0].number, rows[0].number[-5:], number, "13900000001", "张三", "zs", "没有这样的村"):
        assert len(selects(client, typed)) == 1, typed
