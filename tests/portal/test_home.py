"""A resident's 首页 (G-08): where her money is, what she may get back, what waits for her, what is new."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pension.codes import ArrivalStatus
from refunds import actions
from refunds.actions import corrections
from refunds.models import RejectReason
from tests.medical.reading import links
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import PaymentFactory, submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, cast):
    client.force_login(cast.resident)
    return lambda: tree(client.get("/"))


def reject(refund, cast):
    reason = RejectReason.objects.get(code="other")
    return actions.reject(refund.number, by=cast.reviewer, reason=reason, remark="请补材料")


def test_the_one_that_waits_longest_says_who_has_it_until_when_and_how_much(page, cast):
    first = submitted(cast.resident, office=cast.county, amount="380")
    submitted(cast.resident, office=cast.county, year=2018)
    lead = by_id(page(), "lead")
    words = text(lead)
    assert f"{cast.county.name}正在审核" in words
    assert "还有 30 个工作日" in words
    assert "380.00" in words
    assert first.number in words
    assert "全部 2 笔申请" in words
    stations = find_all(lead, lambda tag, attrs: "tracker__station" in attrs.get("class", ""))
    assert [text(one).split("（")[0] for one in stations] == ["提交申请 ", "税务审核 ", "人社核验 ", "银行退付 "]
    assert "（进行中）" in text(stations[1])


def test_who_decided_is_the_office_and_no_officer(page, cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    words = text(by_id(page(), "lead"))
    assert f"{cast.county.name}通过" in words
    assert cast.reviewer.person.name not in words


def test_what_was_taken_back_after_a_correction_waits_for_nobody(page, cast):
    refund = submitted(cast.resident, office=cast.county)
    corrections.note_record(refund, "缴费金额由 1,000.00 元改为 500.00 元")
    assert "缴费记录有更正" in text(by_id(page(), "lead"))
    actions.withdraw(refund.number, by=cast.resident)
    words = text(by_id(page(), "lead"))
    assert "未申请" in words
    assert "正在处理" not in words


def test_what_came_to_an_end_stands_there_until_another_one_is_under_way(page, cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "paid"])
    assert "已退付" in text(by_id(page(), "lead"))
    submitted(cast.resident, office=cast.county, year=2018)
    assert "正在审核" in text(by_id(page(), "lead"))


def test_what_she_may_get_back_is_counted_without_what_is_applied_for_or_has_arrived(page, cast):
    own = {"person": cast.resident.person, "office": cast.county}
    PaymentFactory(**own, amount="200", year=2018)
    PaymentFactory(**own, amount="300", year=2017, arrival_status=ArrivalStatus.ABNORMAL)
    PaymentFactory(**own, amount="400", year=2016, arrival_status=ArrivalStatus.ARRIVED)
    submitted(cast.resident, office=cast.county, year=2015)
    words = text(by_id(page(), "refundable"))
    assert "查到 2 笔缴费可以申请退费" in words
    assert "500.00" in words


def test_nothing_to_get_back_is_no_card(page):
    ids = {node["attrs"].get("id") for node in find_all(page(), lambda tag, _attrs: tag == "section")}
    assert not ids & {"refundable", "lead"}


def test_a_returned_application_waits_for_her_until_she_applies_again(page, cast):
    refund = reject(submitted(cast.resident, office=cast.county), cast)
    assert "税务退回，看原因，可以重新申请" in text(by_id(page(), "todo"))
    submitted(cast.resident, refund.lines.get().payment)
    assert "共 0 条" in text(by_id(page(), "todo"))


def test_what_is_new_leads_to_its_application_and_says_what_is_unread(page, client, cast):
    refund = submitted(cast.resident, office=cast.county)
    news = by_id(page(), "news")
    assert "1 条未读" in text(news)
    (form,) = find_all(news, lambda tag, _attrs: tag == "form")
    assert client.post(form["attrs"]["action"]).url == f"/refunds/{refund.number}/"
    assert "未读" not in text(by_id(page(), "news"))


def test_it_asks_the_same_however_many_applications_there_are(client, cast):
    client.force_login(cast.resident)
    counts = []
    for years in (range(2018, 2020), range(2010, 2018)):
        for year in years:
            submitted(cast.resident, office=cast.county, year=year)
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


def test_a_phone_goes_the_way_of_the_manual(client, cast):
    """G-02: 首页 → 更多功能 → 退税 → 社保费退费."""
    client.force_login(cast.resident)
    more = client.get(links(client.get("/"))["更多功能"])
    assert "退税" in text(by_id(tree(more), "refund"))
    assert links(more)["社保费退费"] == "/social-refund/"
