"""统计: the numbers of an office and those below it; they add up, and cost the same however many cases there are."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from pension.models import PensionRefund
from refunds import actions
from refunds.models import RejectReason
from refunds.parameters import calendar
from review.statistics.figures import days_within, figures_of, share
from review.statistics.scope import ScopeForm, monday_of
from review.statistics.sums import sums_of
from tests.accounts.factories import UserFactory
from tests.house.source import ROOT
from tests.injury.factories import submitted as injury_submitted
from tests.pages import find_all, tree
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
ADDRESS = "/review/statistics/"
WEEK = timedelta(days=7)


def long_ago(refund, *, received: int, decided: int | None = None, due: int | None = None) -> None:
    """So many days ago it was received, decided, due."""
    now = timezone.now()
    changes = {"submitted_at": now - timedelta(days=received)}
    if decided is not None:
        changes["decided_at"] = now - timedelta(days=decided)
    if due is not None:
        changes["due_on"] = timezone.localdate() - timedelta(days=due)
    PensionRefund.objects.filter(pk=refund.pk).update(**changes)


def figures(user, **asked):
    scope = ScopeForm(asked, user=user).scope
    return figures_of(scope, sums_of(scope))


@pytest.fixture
def world(cast):
    """Ten cases of the county over some weeks, in every way they go; one of another scheme, one of another county."""
    cases = [submitted(UserFactory(resident=True), office=cast.county, amount=str(100 + n)) for n in range(10)]
    for n, refund in enumerate(cases):
        if n < 4:
            actions.approve(refund.number, by=cast.reviewer)
        elif n < 6:
            actions.reject(refund.number, by=cast.colleague, reason=RejectReason.objects.all()[n - 4])
        elif n == 6:
            actions.withdraw(refund.number, by=refund.submitted_by)
        long_ago(refund, received=40 - n, decided=30 - 3 * n if n < 6 else None, due=20 if n % 2 else -9)
    report(cases[0].number, events=["paid"])
    report(cases[1].number, events=["bounced"])
    injury_submitted(UserFactory(resident=True), office=cast.county)
    submitted(UserFactory(resident=True), office=cast.elsewhere)
    return cases


def test_what_waits_is_what_waited_before_and_what_came_less_what_went(cast, world):
    weeks = figures(cast.reviewer).weeks
    assert len(weeks) == 12
    for before, week in zip(weeks, weeks[1:], strict=False):
        assert week.waiting == before.waiting + week.received - week.decided - week.withdrawn
    assert (weeks[0].waiting, weeks[-1].waiting) == (0, 4)
    assert [sum(getattr(week, name) for week in weeks) for name in ("received", "passed", "rejected", "withdrawn")] == [
        11, 4, 2, 1,
    ]  # fmt: skip


def test_a_decision_that_was_taken_back_leaves_no_trace_in_the_numbers(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = submitted(cast.resident, office=cast.county)
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first())
    actions.undo(refund.number, by=cast.reviewer)
    told = figures(cast.reviewer)
    assert (told.reasons, told.loads, told.last.median, told.last.waiting) == ([], [], None, 1)


def test_what_was_late_at_the_end_of_each_week_is_what_one_finds_case_by_case(cast, world):
    today = timezone.localdate()
    for week in figures(cast.reviewer).weeks:
        end = min(week.monday + timedelta(days=6), today)
        late = 0
        for case in PensionRefund.objects.filter(office=cast.county):
            ended = timezone.localdate(case.decided_at) if case.decided_at else None
            ended = case.moved_on if case.review_status == "withdrawn" else ended
            came = timezone.localdate(case.submitted_at)
            late += case.due_on < end and came <= end and (ended is None or (ended > end and ended > case.due_on))
        assert week.late == late, week.monday


def test_days_are_working_days_by_the_calendar(cast, world):
    decided = PensionRefund.objects.filter(review_status="completed")
    by_hand = sorted(
        calendar.left(timezone.localdate(one.decided_at), timezone.localdate(one.submitted_at)) for one in decided
    )
    place = next(place for place in figures(cast.reviewer).places if place.decided)
    assert place.median == by_hand[2]


def test_the_middle_and_nine_in_ten_of_a_histogram():
    assert days_within({1: 5, 3: 4, 40: 1}, 50) == 1
    assert days_within({1: 5, 3: 4, 40: 1}, 90) == 3
    assert days_within({7: 1}, 90) == 7
    assert days_within({}, 50) is None


def test_of_few_cases_no_share_is_said(cast, world):
    assert share(1, 4) == "--"
    assert share(1, 5) == "20.0%"
    place = next(place for place in figures(cast.reviewer).places if place.decided)
    assert (place.rejected_share, place.failed_share) == ("33.3%", "--")


def test_an_office_above_counts_those_below_and_nobody_counts_others(client, cast, world):
    received = {
        who: sum(place.received for place in figures(getattr(cast, who)).places)
        for who in ("reviewer", "countersigner", "auditor", "outsider")
    }
    assert received == {"reviewer": 11, "countersigner": 11, "auditor": 12, "outsider": 1}
    client.force_login(cast.auditor)
    page = client.get(ADDRESS, {"office": cast.city.code, "scheme": "pension"}).content.decode()
    assert cast.county.name in page
    assert cast.elsewhere.name + "</" not in page.split("按机关和险种")[1]


def test_a_reviewer_counts_her_own_office_and_those_that_she_decides_for_and_no_others_below(cast, world):
    above = UserFactory(reviewer=True, office=cast.city)
    submitted(UserFactory(resident=True), office=cast.city)

    def received():
        told = figures(User.objects.select_related("office").get(pk=above.pk))
        return sum(week.received for week in told.weeks), sum(place.received for place in told.places)

    assert received() == (1, 1)
    for officer in (cast.reviewer, cast.colleague):
        officer.is_active = False
        officer.save()
    assert received() == (12, 12)


def test_what_is_not_understood_is_said_and_the_usual_page_shown(client, cast, world):
    client.force_login(cast.reviewer)
    page = client.get(ADDRESS, {"office": cast.elsewhere.code, "scheme": "x", "period": "\0"})
    assert page.status_code == 200
    for sentence in ("没有这个税务机关，或不在您的范围内。", "没有这个险种", "没有这个期间"):
        assert sentence in page.content.decode()


def test_a_reviewer_sees_her_own_work_and_the_countersigner_everybodys(client, cast, world):
    names = cast.reviewer.person.name, cast.colleague.person.name
    shown = {}
    for who in ("reviewer", "countersigner"):
        client.force_login(getattr(cast, who))
        card = client.get(ADDRESS).content.decode().split("<h2>按审核人")[1]
        shown[who] = [name in card for name in names]
    assert shown == {"reviewer": [True, False], "countersigner": [True, True]}


@pytest.mark.parametrize("period", ["weeks", "month", "year"])
def test_the_charts_and_the_tables_say_the_same(client, cast, world, period):
    client.force_login(cast.reviewer)
    page = client.get(ADDRESS, {"period": period, "all": "1"}).content.decode()
    told = figures(cast.reviewer, period=period)
    assert page.count('<svg class="chart"') >= 3
    for week in told.weeks:
        row = re.search(rf"{week.monday.isoformat()}</span>.*?</tr>", page, re.DOTALL)[0]
        cells = re.findall(r'<span class="cell">([^<]*)</span>', row)
        assert cells[:4] == [str(n) for n in (week.received, week.decided, week.passed, week.rejected)]


def test_the_page_costs_the_same_however_many_there_are(client, cast, django_assert_max_num_queries):
    client.force_login(cast.countersigner)
    submitted(cast.resident, office=cast.county)
    client.get(ADDRESS)
    counted = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as captured:
            client.get(ADDRESS)
        counted.append(len(captured))
        for _more in range(5):
            submitted(UserFactory(resident=True), office=cast.county)
    assert counted[0] == counted[1]


def test_all_the_numbers_are_two_queries(cast, world, django_assert_num_queries):
    with django_assert_num_queries(2):
        figures(cast.countersigner)


def test_its_tables_are_of_the_kind_that_stays_a_table_on_a_phone(client, cast, world):
    client.force_login(cast.countersigner)
    tables = find_all(tree(client.get(ADDRESS)), lambda tag, _attrs: tag == "table")
    assert len(tables) == 4
    assert all("table--figures" in table["attrs"]["class"] for table in tables)
    sheet = (ROOT / "static/portal/css/officer.css").read_text()
    on_a_phone = sheet[sheet.index("@media (max-width: 45rem)") :]
    assert ".officer .table--figures { display: table;" in on_a_phone


def test_nothing_yet_is_said(client, cast):
    client.force_login(cast.outsider)
    page = client.get(ADDRESS).content.decode()
    for sentence in ("这段时间没有作出决定。", "这段时间没有不通过的申请。", "这段时间没有申请。"):
        assert sentence in page


def test_a_week_begins_on_monday():
    assert monday_of(timezone.localdate()).weekday() == 0
