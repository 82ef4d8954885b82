"""对账 for officers: what differs, and the figures of every day."""

from datetime import date, timedelta

import pytest

from handoff.models import Reconciliation, WorkItem, WorkItemKind
from tests.pages import text
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db
URL = "/review/reconciliation/"


def difference(office, name):
    fields = {"agency": "hrss", "instruction_id": name, "detail": "对方已有新的结果，结果可能没有传到"}
    return WorkItem.objects.create(kind=WorkItemKind.RECONCILIATION, office=office, **fields)


def test_a_reviewer_sees_the_differences_of_her_office_and_no_figures(cast):
    difference(cast.county, "YL1-1")
    difference(cast.elsewhere, "YL2-1")
    words = text(signed_in(cast.reviewer).get(URL))
    assert ("YL1-1" in words, "YL2-1" in words, "每日对账" in words) == (True, False, False)


def test_whoever_looks_at_all_of_it_sees_every_day(cast):
    for days in range(3):
        Reconciliation.objects.create(agency="hrss", day=date(2026, 11, 20) - timedelta(days), differences=days)
    Reconciliation.objects.create(agency="medical", day=date(2026, 11, 20), no_answer="没有应答（ConnectError）")
    words = text(signed_in(cast.auditor).get(URL))
    assert words.index("2026-11-20") < words.index("2026-11-19") < words.index("2026-11-18")
    assert all(word in words for word in ("全部一致", "差异 1 笔", "差异 2 笔", "没有取到清单"))


def test_an_empty_page_says_so(cast):
    words = text(signed_in(cast.countersigner).get(URL))
    assert "全部一致，没有待处理的差异" in words
    assert "还没有对过账" in words


def test_it_costs_the_same_however_much_there_is(cast, django_assert_max_num_queries):
    client = signed_in(cast.auditor)
    client.get(URL)
    for days in range(40):
        Reconciliation.objects.create(agency="hrss", day=date(2026, 11, 20) - timedelta(days))
        difference(cast.county, f"YL{days}-1")
    with django_assert_max_num_queries(24):
        client.get(URL)
