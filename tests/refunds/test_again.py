"""重新申请 with everything kept but what was wrong; who did what and by when, as its applicant reads it; several at once."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from handoff.models import Inquiry, WorkItem, WorkItemKind
from refunds import actions
from refunds.models import RejectReason
from refunds.parameters import calendar
from refunds.way.expected import expected
from refunds.way.short import shortfalls_of
from refunds.way.stations import now, stations
from refunds.way.steps import steps
from tests.medical import factories as medical
from tests.pages import by_id, find, find_all, text, tree
from tests.pension.factories import ACCOUNT, PaymentFactory, account_of, submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(client, cast):
    client.force_login(cast.resident)
    return submitted(cast.resident, office=cast.county)


def reject(refund, cast, code, remark=""):
    return actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.get(code=code), remark=remark)


def form_of(client, refund):
    page = tree(client.get(f"/refunds/{refund.number}/"))
    leads = find(page, lambda tag, attrs: tag == "a" and "/apply/" in attrs.get("href", ""))["attrs"]["href"]
    return tree(client.get(leads))


def value_of(page, name):
    return find(page, lambda _tag, attrs: attrs.get("name") == name)["attrs"].get("value", "")


def chosen_in(page, name):
    select = find(page, lambda tag, attrs: tag == "select" and attrs.get("name") == name)
    return [one["attrs"]["value"] for one in find_all(select, lambda tag, attrs: "selected" in attrs)]


# R11
@pytest.mark.parametrize(("code", "kept"), [("other", True), ("account_closed", False)])
def test_who_applies_again_finds_everything_she_said_but_what_was_wrong(client, refund, cast, code, kept):
    reject(refund, cast, code, "请看清")
    page = form_of(client, refund)
    # No number is sent to the page again: an empty box means the kept one.
    assert value_of(page, "account_number") == ""
    assert ("不填则用上次的 **** 0018" in text(page)) == kept
    assert chosen_in(page, "bank") == (["103"] if kept else [""])
    assert value_of(page, "contact_name") == refund.contact_name
    words = text(page)
    assert f"上次申请 {refund.number}：税务退回" in words
    assert "请看清" in words
    assert ("请重新填写账户类型、银行账号、银行类别" in words) == (not kept)
    said = {"account_type": "card", "account_number": "", "bank": "103", "contact_name": "刘", "step": "fill"}
    sent = client.post("/pension/apply/", said | {"payment": refund.lines.get().payment_id})
    assert ("6228 4804 0256 4890 018" in text(sent), sent.status_code) == ((True, 200) if kept else (False, 422))


def test_what_the_agency_refused_is_asked_again_with_its_reason_beside(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["refused"])
    page = form_of(client, refund)
    assert "不填则用上次的 **** 0018" in text(page)
    assert "社保系统核验未通过" in text(page)


def test_a_medical_refund_asks_only_the_reason_anew_when_the_reason_was_wrong(client, cast):
    client.force_login(cast.resident)
    refund = medical.submitted(cast.resident, office=cast.county)
    reject(refund, cast, "not_paid_twice")
    page = form_of(client, refund)
    assert find(page, lambda _tag, attrs: attrs.get("name") == "account" and "checked" in attrs)
    assert chosen_in(page, "reason") in ([], [""])


def test_nobody_else_is_shown_what_she_said(client, refund, cast):
    reject(refund, cast, "other")
    client.force_login(cast.stranger)
    page = client.get("/pension/apply/", {"payment": refund.lines.get().payment_id})
    assert ACCOUNT not in page.content.decode()
    assert refund.number not in text(page)


def test_another_application_of_the_same_year_does_not_take_a_returned_one_from_the_list(client, refund, cast):
    reject(refund, cast, "other")
    submitted(cast.resident, PaymentFactory(person=cast.resident.person, office=cast.county, year=refund.year))
    todo = text(by_id(tree(client.get("/")), "todo"))
    assert "税务退回，看原因，可以重新申请" in todo
    assert f"提醒到 {timezone.localdate() + timedelta(days=90)}" in todo


# R11
def test_every_station_says_by_when_and_what_is_late_says_so(refund, cast, settings):
    settings.AGENCIES["hrss"]["working_days"], settings.BANK_WORKING_DAYS = 4, 2
    due = expected(refund)
    assert due.tax == refund.due_on
    assert due.agency == calendar.after(due.tax, 4)
    assert due.bank == calendar.after(due.agency, 2)
    assert [one.when for one in stations(refund)][1:] == [f"预计 {day} 前" for day in (due.tax, due.agency, due.bank)]
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted"])
    refund.refresh_from_db()
    today = timezone.localdate()
    assert expected(refund).bank == calendar.after(today, 2)
    refund.moved_on = today - timedelta(days=30)
    say, more = now(refund)
    assert say == "银行正在退付"
    assert "已超过平常的办理时间" in more
    assert "12333" in more
    assert stations(refund)[3].when.startswith("已超过")
    assert "已超过平常的办理时间" in steps(refund)[-1].note


def test_nothing_is_promised_while_the_clock_stands(refund):
    refund.paused_on = timezone.localdate()
    assert expected(refund).now is None
    assert [one.when for one in stations(refund)][1:] == ["", "", ""]


def test_what_the_bank_did_is_said_of_the_bank(refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "bounced"])
    refund.refresh_from_db()
    by = {step.action: step.holder for step in steps(refund)}
    assert by["accept"] == "人力资源和社会保障部门"
    assert by["bounce"] == refund.bank_name
    actions.correct_account(
        refund.number, by=cast.resident, account=account_of(refund.applicant, "6228480402564890026"), mended=True
    )
    refund.refresh_from_db()
    assert {step.action: step.holder for step in steps(refund)}["bounce"] == "银行"


def test_less_than_was_passed_is_said_until_it_is_paid(client, refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "paid"])
    refund.refresh_from_db()
    about = {"agency": "hrss", "instruction_id": refund.instruction_id}
    item = WorkItem.objects.create(kind=WorkItemKind.UNDERPAID, number=refund.number, detail="少付", **about)
    Inquiry.objects.create(
        state="paid",
        amount=Decimal(1000),
        actual_amount=Decimal(980),
        confirmed_by=cast.colleague,
        answer="函",
        **about,
    )
    assert "这次少退了 20.00 元" in text(client.get(f"/refunds/{refund.number}/"))
    assert "核对出银行少退 20.00 元" in text(client.get(f"/refunds/{refund.number}/"))
    client.post("/personal-service/display/", {"elder": "1"})
    assert "少退了 20.00 元" in text(client.get(f"/refunds/{refund.number}/"))
    client.post("/personal-service/display/", {"elder": "0"})
    item.closed_at, item.closed_by = timezone.now(), cast.colleague
    item.save()
    assert "少退了" not in text(client.get(f"/refunds/{refund.number}/"))
    way = [step.title for step in steps(refund, shortfalls=shortfalls_of(refund))]
    assert way[-3:] == ["退费成功", "核对出银行少退 20.00 元", "少退的 20.00 元已办结"]


@pytest.mark.parametrize(
    ("difference", "title"), [(Decimal(0), "核实没有少退"), (Decimal(-20), "少退的 20.00 元不再另补")]
)
def test_a_shortfall_that_ended_without_an_officer_says_how(refund, cast, difference, title):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["accepted", "paid"])
    refund.refresh_from_db()
    about = {"agency": "hrss", "instruction_id": refund.instruction_id}
    letter = {"state": "paid", "amount": Decimal(1000), "confirmed_by": cast.colleague, "answer": "函"}
    item = WorkItem.objects.create(kind=WorkItemKind.UNDERPAID, number=refund.number, detail="少付", **about)
    Inquiry.objects.create(actual_amount=Decimal(980), **letter, **about)
    Inquiry.objects.create(actual_amount=Decimal(1000) + difference, **letter, **about)
    WorkItem.objects.filter(pk=item.pk).update(closed_at=timezone.now())
    assert steps(refund, shortfalls=shortfalls_of(refund))[-1].title == title


# R10
def test_many_applications_are_one_total_and_a_table_to_copy_and_print(client, cast):
    client.force_login(cast.resident)
    payments = [PaymentFactory(person=cast.resident.person, office=cast.county, year=2008 + n) for n in range(14)]
    key = uuid.uuid4()
    said = {"account_type": "card", "account_number": ACCOUNT, "bank": "103", "contact_name": "刘", "key": key}
    client.post("/pension/apply/", said | {"step": "confirm", "payment": [one.pk for one in payments]})
    page = tree(client.get(f"/pension/submitted/{key}/"))
    words = text(page)
    assert "14 笔退费申请已提交，合计 14,000.00 元" in words
    assert len(find_all(by_id(page, "submitted"), lambda tag, _attrs: tag == "tr")) == 1 + 14
    copied = find(page, lambda _tag, attrs: "data-copy" in attrs)["attrs"]["data-copy"].split()
    assert len(set(copied)) == 14
    assert find(page, lambda _tag, attrs: "data-print" in attrs)


def test_what_was_taken_back_says_so_in_the_list_of_all(client, refund, cast):
    actions.withdraw(refund.number, by=cast.resident)
    assert "已撤销 没有退费" in text(client.get("/inquiry/"))
