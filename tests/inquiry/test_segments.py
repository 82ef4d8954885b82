"""查询中心: what waits for the applicant first, and every application in exactly one segment."""

import pytest

from refunds import actions
from refunds.models import RejectReason
from tests.medical import factories as medical
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def every(cast, client):
    """One in each segment, 医保 and 养老, that which waits for her the oldest; by segment."""
    client.force_login(cast.resident)
    todo, paid, returned, withdrawn = (
        submitted(cast.resident, office=cast.county, year=year) for year in range(2016, 2020)
    )
    for one in (todo, paid):
        actions.approve(one.number, by=cast.reviewer)
    report(todo.number, events=["accepted", "bounced"])
    report(paid.number, events=["accepted", "paid"])
    actions.reject(returned.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"), remark="材料")
    actions.withdraw(withdrawn.number, by=cast.resident)
    waiting = medical.submitted(cast.resident, office=cast.county)
    found = {"todo": todo, "under-way": waiting, "paid": paid, "returned": returned, "withdrawn": withdrawn}
    return {code: one.number for code, one in found.items()}


def listed(client, **asked) -> list[str]:
    page = tree(client.get("/inquiry/", asked))
    found = find_all(page, lambda _tag, attrs: attrs.get("class") == "cases__number")
    return [one["children"][0] for one in found]


def test_each_application_is_in_one_segment_and_counted_there(client, every):
    page = text(client.get("/inquiry/"))
    assert "全部 5 笔 要我处理 1 笔 办理中 1 笔 已到账 1 笔 未通过 1 笔 已撤销 1 笔" in page
    for code, number in every.items():
        assert listed(client, show=code) == [number]
    assert sorted(listed(client)) == sorted(every.values())
    assert listed(client, show="nonsense") == listed(client)


def test_what_waits_for_her_comes_first_however_old_it_is(client, every):
    first, *rest = listed(client)
    assert first == every["todo"]
    assert rest[0] == every["under-way"]


def test_an_empty_segment_says_so(client, cast):
    client.force_login(cast.resident)
    assert "这一类没有退费申请" in text(client.get("/inquiry/", {"show": "paid"}))


def test_it_costs_the_same_however_many_there_are(client, cast, every, django_assert_num_queries):
    client.get("/inquiry/")
    with django_assert_num_queries(6):
        client.get("/inquiry/")
    for year in range(2005, 2010):
        submitted(cast.resident, office=cast.county, year=year)
    with django_assert_num_queries(6):
        client.get("/inquiry/")
