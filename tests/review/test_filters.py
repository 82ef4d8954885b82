"""The queue narrowed: each condition alone, as a tag that can be taken away, kept by name, and shared as a link."""

from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from pension.models import PensionRefund
from refunds import actions
from refunds.parameters import calendar
from review.queue.filters import Filters
from tests.accounts.factories import UserFactory
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(client, cast):
    """Two cases with everything different between them: the first is wanted."""
    wanted, other = (
        submitted(UserFactory(resident=True), office=cast.county, amount=amount, year=year)
        for amount, year in (("300", 2019), ("700", 2020))
    )
    yesterday = timezone.localdate() - timedelta(days=1)
    PensionRefund.objects.update(warnings=0, marks=[])
    PensionRefund.objects.filter(pk=wanted.pk).update(
        due_on=yesterday, warnings=1, marks=["again"], submitted_at=timezone.now() - timedelta(days=60)
    )
    client.force_login(cast.reviewer)
    return wanted, other


def shown(client, query):
    page = text(client.get(f"/review/?queue=pending&{query}"))
    return [
        number for number in PensionRefund.objects.order_by("id").values_list("number", flat=True) if number in page
    ]


@pytest.mark.parametrize(
    "query",
    [
        "segment=over",
        "segment=checks",
        "segment=again",
        "mark=again",
        "year=2019",
        "most=300",
        "most=500.5",
        "until={past}",
    ],
)
def test_each_condition_finds_what_it_says(client, rows, query):
    past = timezone.localdate() - timedelta(days=30)
    assert shown(client, query.format(past=past)) == [rows[0].number]


def test_a_day_is_whole_and_that_of_beijing(client, rows):
    evening = timezone.make_aware(datetime(2026, 3, 5, 23, 59, 59))
    PensionRefund.objects.filter(pk=rows[0].pk).update(submitted_at=evening)
    assert shown(client, "since=2026-03-05&until=2026-03-05") == [rows[0].number]
    assert shown(client, "since=0001-01-01&until=9999-12-31") == [row.number for row in rows]


def test_a_day_is_a_bound_of_the_order_and_no_reckoning_on_each_row(cast, rows):
    since = Filters(QueryDict("since=2026-03-05"), user=cast.reviewer)
    assert since.is_valid()
    assert "AT TIME ZONE" not in str(since.narrow(PensionRefund.objects.all()).query)


def test_soon_is_three_working_days(client, rows):
    day = calendar.after(timezone.localdate(), 3)
    PensionRefund.objects.filter(pk=rows[1].pk).update(due_on=day)
    assert shown(client, "segment=soon") == [rows[1].number]
    PensionRefund.objects.filter(pk=rows[1].pk).update(due_on=calendar.after(day, 1))
    assert shown(client, "segment=soon") == []


def test_who_has_it_is_a_condition(client, cast, rows):
    actions.take(rows[0].number, by=cast.colleague)
    assert shown(client, "holder=taken") == [rows[0].number]
    assert shown(client, "holder=none") == [rows[1].number]
    client.force_login(cast.colleague)
    assert rows[0].number in text(client.get("/review/?queue=mine"))


def test_conditions_add_up_and_each_tag_takes_its_own_away(client, rows):
    page = client.get("/review/?queue=pending&year=2020&most=900")
    assert shown(client, "year=2020&most=500") == []
    assert "2020 年度" in text(page)
    assert "金额 ≤ 900.00 元" in text(page)
    assert 'href="/review/?queue=pending&amp;most=900"' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("least=x", "请填写数字"),
        ("most=-1", "不能小于 0"),
        ("least=9&most=1", "上限小于下限"),
        ("since=2026-13-01", "请写成 2026-03-05 这样的日期"),
        ("since=2026-02-01&until=2026-01-01", "止早于起"),
        ("year=12", "四位数字"),
        ("mark=nothing", "请从列表中选择"),
        ("segment=nothing", ""),
        ("office=00000000000", "不在您的范围内"),
        ("reviewer=nobody", "不在您的范围内"),
        ("least=%00", "请填写数字"),
    ],
)
def test_what_it_does_not_understand_is_said_and_narrows_nothing(client, rows, query, sentence):
    page = client.get(f"/review/?queue=pending&{query}")
    assert page.status_code == 200
    assert sentence in text(page)
    assert rows[1].number in text(page)


def test_a_view_is_kept_by_name_for_its_officer_and_opened_again(client, cast, rows):
    client.post("/review/views/keep/", {"name": "小额", "query": "queue=pending&most=500&page=nonsense"})
    opened = client.get("/review/views/open/", {"name": "小额"})
    assert opened.url == "/review/?queue=pending&most=500"
    assert "小额" in text(client.get("/review/"))
    client.force_login(cast.colleague)
    assert "没有这个视图" in text(client.get("/review/views/open/", {"name": "小额"}, follow=True))
    client.force_login(cast.reviewer)
    client.post("/review/views/keep/", {"name": "小额", "remove": "1"})
    cast.reviewer.refresh_from_db()
    assert cast.reviewer.preferences == {"queue_views": {}}


@pytest.mark.parametrize(
    "form", [{"name": "", "query": "most=5"}, {"name": "长" * 21, "query": "most=5"}, {"name": "空", "query": ""}]
)
def test_a_view_without_name_or_conditions_is_not_kept(client, cast, rows, form):
    assert "视图已保存" not in text(client.post("/review/views/keep/", form, follow=True))
    cast.reviewer.refresh_from_db()
    assert cast.reviewer.preferences == {}


def test_a_shared_link_shows_a_colleague_her_own_cases_only(client, cast, rows):
    client.force_login(cast.outsider)
    assert shown(client, "most=900") == []


def test_the_way_back_from_a_case_keeps_the_conditions(client, rows):
    client.get("/review/?queue=pending&most=500")
    assert 'href="/review/?queue=pending&amp;most=500"' in client.get(f"/review/{rows[0].number}/").content.decode()


def test_a_view_is_not_kept_under_a_name_that_no_database_holds(client, cast):
    client.force_login(cast.reviewer)
    form = {"name": "小\0额", "query": "queue=pending&most=500"}
    assert "请给视图起一个名字" in text(client.post("/review/views/keep/", form, follow=True))
