"""The rail of the officers' door: the queues, the other work, and who one is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from refunds import actions
from tests.accounts.factories import UserFactory
from tests.pages import find, find_all, text, tree
from tests.pension.factories import submitted
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db


def rail(user, address="/review/"):
    return find(tree(signed_in(user).get(address)), lambda _tag, attrs: attrs.get("class") == "rail")


def groups(user, address="/review/") -> list[list[str]]:
    lists = find_all(rail(user, address), lambda tag, _attrs: tag == "ul")
    return [[text(link) for link in find_all(one, lambda tag, _attrs: tag == "a")] for one in lists]


def test_what_waits_stands_above_the_other_work_with_its_number(cast):
    submitted(cast.resident, office=cast.county)
    queues, work = groups(cast.reviewer)
    assert {"待审核 1", "待复核 0", "移交异常 0", "全部申请"} <= set(queues)
    assert work == ["查人查单", "代为发起", "对账", "统计"]


def test_what_she_took_is_counted_until_it_runs_out(cast):
    first, second = (submitted(UserFactory(), office=cast.county) for _ in range(2))
    for refund in (first, second):
        actions.take(refund.number, by=cast.reviewer)
    assert "我领取的 2" in groups(cast.reviewer)[0]
    assert "我领取的 0" in groups(cast.colleague)[0]
    type(second).objects.filter(pk=second.pk).update(taken_until=timezone.now())
    assert "我领取的 1" in groups(cast.reviewer)[0]


def test_the_numbers_of_the_rail_are_one_query_more_than_its_items(cast):
    submitted(cast.resident, office=cast.county)
    browser = signed_in(cast.reviewer)
    browser.get("/review/reconciliation/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/review/")
    asked = [query["sql"] for query in queries]
    assert len([sql for sql in asked if "refunds_tally" in sql]) == 1
    assert not [sql for sql in asked if "COUNT(" in sql.upper() and "taken_by" in sql and "refunds_tally" not in sql]


def test_the_page_one_is_on_is_marked(cast):
    for address, label in (("/review/items/", "移交异常 0"), ("/review/reconciliation/", "对账")):
        here = find_all(rail(cast.auditor, address), lambda _tag, attrs: attrs.get("aria-current") == "page")
        assert [text(link) for link in here] == [label]


def test_an_officer_reads_her_name_office_and_role(cast):
    words = text(rail(cast.reviewer))
    assert all(part in words for part in (cast.reviewer.display_name, cast.county.name, "审核人"))
