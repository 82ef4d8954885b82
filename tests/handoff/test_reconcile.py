"""对账: whatever our books and the agency's say differently is found, named with its likely cause, and owned."""

from datetime import timedelta

import httpx
import pytest
from django.core.management import call_command
from django.utils import timezone

from foundation.wire import http
from handoff import deliveries, reconciliation
from handoff.items import open_for
from handoff.models import Callback, Delivery, Reconciliation, WorkItem, WorkItemKind
from refunds import actions
from tests.handoff.desk import add_event, order
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_on_its_way(monkeypatch):
    """What happened a moment ago counts here as having had its time."""
    monkeypatch.setattr(reconciliation, "ON_ITS_WAY", timedelta())


@pytest.fixture
def handed_off(cast, agency):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    deliveries.send(Delivery.objects.get().pk)
    return refund


def run(day=None) -> Reconciliation:
    return reconciliation.reconcile("hrss", day or timezone.localdate())


def item() -> WorkItem:
    return WorkItem.objects.get(kind=WorkItemKind.RECONCILIATION, closed_at=None)


def test_equal_books_are_one_line_and_nobodys_work(handed_off, capsys):
    figures = run()
    assert (figures.approved_count, figures.delivered_count, figures.delivered_amount) == (1, 1, handed_off.amount)
    assert (figures.differences, figures.no_answer) == (0, "")
    call_command("reconcile", "--agency", "hrss", "--day", str(timezone.localdate()))
    assert "全部一致" in capsys.readouterr().out
    assert not WorkItem.objects.exists()


def test_a_result_that_never_reached_us_is_found_and_the_item_closes_itself(handed_off, agency, cast):
    add_event(agency, "paid", handed_off.instruction_id).raise_for_status()
    figures = run()
    assert (figures.differences, figures.their_paid_count, figures.paid_count) == (1, 1, 0)
    assert (item().office, item().number) == (cast.county, handed_off.number)
    assert "结果可能没有传到" in item().detail
    run()
    assert WorkItem.objects.count() == 1  # the same difference is the same item
    report(handed_off.number, events=["paid"], steps={"paid": 1})
    assert run().differences == 0
    assert WorkItem.objects.get().note == "已自行了结"


def test_what_we_have_as_paid_and_they_do_not(handed_off):
    report(handed_off.number, events=["paid"])
    assert run().differences == 1
    assert "对方的记录可能有误" in item().detail


def test_what_they_took_and_know_nothing_of(cast, agency):
    order(agency, "forget", times=1)
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    deliveries.send(Delivery.objects.get().pk)
    assert run().differences == 1
    assert (item().instruction_id, "对方可能遗失" in item().detail) == (refund.instruction_id, True)


def test_an_amount_that_differs_by_a_fen(handed_off, agency):
    add_event(agency, "paid", handed_off.instruction_id, amount="999.99").raise_for_status()
    assert run().differences == 1
    assert "999.99 元" in item().detail


@pytest.mark.breaks_on_purpose
def test_an_instruction_that_we_have_no_record_of(handed_off):
    """As after a restore from yesterday."""
    Delivery.objects.all().delete()
    assert run().differences == 1
    assert "我方没有移交过" in item().detail


def test_a_list_that_cannot_be_had_is_one_item_and_is_tried_again(handed_off, agency):
    order(agency, "server_error")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert run(yesterday).no_answer
    run(yesterday)
    assert item().office is None
    assert ("hrss", yesterday) in reconciliation.due()
    order(agency, "none")
    assert run(yesterday).no_answer == ""
    assert not WorkItem.objects.filter(closed_at=None).exists()
    assert reconciliation.due() == [("hrss", yesterday), ("medical", yesterday)]


def test_a_list_that_cannot_be_had_for_weeks_is_tried_again_as_its_item_says(handed_off, agency):
    order(agency, "server_error")
    long_ago = timezone.localdate() - timedelta(days=20)
    run(long_ago)
    assert ("hrss", long_ago) in reconciliation.due()
    order(agency, "none")
    run(long_ago)
    assert ("hrss", long_ago) not in reconciliation.due()


def test_nights_without_a_worker_are_made_up_for(handed_off):
    before, between, yesterday = (timezone.localdate() - timedelta(days=n) for n in (3, 2, 1))
    run(before)
    assert reconciliation.due() == [("hrss", between), ("hrss", yesterday), ("medical", yesterday)]
    run(yesterday)
    run(between)
    assert reconciliation.due() == [("hrss", yesterday), ("medical", yesterday)]


def test_a_difference_of_an_earlier_day_closes_itself_too(handed_off, agency):
    add_event(agency, "paid", handed_off.instruction_id).raise_for_status()
    run()
    report(handed_off.number, events=["paid"], steps={"paid": 1})
    run(timezone.localdate() + timedelta(days=1))  # a day whose list does not name it
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_what_nobody_can_say_just_now_stays_as_it_is(handed_off, agency):
    add_event(agency, "paid", handed_off.instruction_id).raise_for_status()
    run()
    order(agency, "server_error")
    run(timezone.localdate() + timedelta(days=1))
    assert WorkItem.objects.filter(number=handed_off.number, closed_at=None).exists()


def test_what_is_being_clarified_already_is_no_difference(handed_off, agency):
    report(handed_off.number, events=["refused", "paid"], steps="in_order")
    assert run().differences == 0


def test_what_happened_a_moment_ago_may_still_be_on_its_way(handed_off, agency, monkeypatch):
    monkeypatch.setattr(reconciliation, "ON_ITS_WAY", timedelta(minutes=10))
    add_event(agency, "paid", handed_off.instruction_id).raise_for_status()
    assert run().differences == 0
    assert not Callback.objects.exists()


def test_the_command_leaves_with_one_when_there_is_anything(handed_off, agency, capsys):
    add_event(agency, "paid", handed_off.instruction_id).raise_for_status()
    with pytest.raises(SystemExit) as left:
        call_command("reconcile", "--agency", "hrss", "--day", str(timezone.localdate()))
    assert left.value.code == 1
    assert "差异 1 笔" in capsys.readouterr().out


def test_what_is_on_no_list_and_cannot_be_asked_about_is_never_called_equal(cast, agency, monkeypatch):
    order(agency, "forget", times=1)
    actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    deliveries.send(Delivery.objects.get().pk)
    network = http.exchange

    def lists_only(method, url, content, headers):
        if "/refunds/" in url:
            raise httpx.ConnectError("the network lets no question through")
        return network(method, url, content, headers)

    monkeypatch.setattr(http, "exchange", lists_only)
    assert run().differences == 1
    assert "没有得到答复" in item().detail


def test_what_is_wrong_is_kept_whole_however_long_it_is():
    said = "两边不一致。" * 200
    opened = open_for(WorkItemKind.RECONCILIATION, "YL1-1", agency="hrss", refund=None, detail=said)
    assert WorkItem.objects.get(pk=opened.pk).detail == said
