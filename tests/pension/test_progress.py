"""/pension/progress/: 进度查询, on a phone 退费进度查询 (P1-09, P2-08)."""

import pytest

from refunds import actions
from tests.medical.reading import rows
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
URL = "/pension/progress/"


@pytest.fixture
def resident(client, cast):
    client.force_login(cast.resident)
    return cast.resident


# P1-09, P2-08, I-06
def test_every_application_stands_there_newest_first_and_withdrawn_ones_too(client, resident, cast):
    first, second = (submitted(resident, office=cast.county, year=year) for year in (2019, 2020))
    actions.withdraw(first.number, by=resident)
    shown = rows(client.get(URL))
    assert [row["申请单号"] for row in shown] == [second.number, first.number]
    assert [shown[1][label] for label in ("退费状态", "审核状态")] == ["未申请 已撤销", "已撤销"]


# P1-09, P2-08, P1-12, P2-10
def test_it_follows_the_application_to_the_bank(client, resident, cast):
    refund = submitted(resident, office=cast.county)

    def states():
        return [rows(client.get(URL))[0][label] for label in ("退费状态", "审核状态", "审核结果")]

    assert states() == ["人社退费中 等待税务审核", "待审核", "未知"]
    actions.approve(refund.number, by=cast.reviewer)
    assert states() == ["人社退费中 税务已通过，等待移交", "审核完成", "通过"]
    report(refund.number, events=["accepted"])
    assert states()[0] == "银行退付中"
    report(refund.number, events=["paid"])
    assert states() == ["退费成功", "审核完成", "通过"]


def test_somebody_elses_application_is_not_there(client, resident, cast):
    other = submitted(cast.stranger, office=cast.county)
    words = text(client.get(URL))
    assert other.number not in words
    assert "您还没有申请过退费" in words
