"""注销: an account is used until its closing is submitted, and never after."""

import pytest
from django.utils import timezone

from bankreports import register
from bankreports.codes import Operation
from bankreports.models import DepositAccountRecord
from tests.bankreports.factories import ACCOUNT, in_draft, in_force, reported, typed
from tests.bankreports.reading import REMOVE, URL, boxes, change_url, close_url, confirm, edit_url, error_at, rows
from tests.pages import by_id, find_all, text, tree

pytestmark = pytest.mark.django_db
CLOSED = {"closed_on": "2026-02-01", "remark": "卡丢了"}


@pytest.fixture
def account(resident):
    return reported(resident, takes_refund=True)


def test_the_form_names_the_account_and_proposes_today(client, resident, account):
    response = client.get(close_url(account))
    words = text(response)
    assert all(part in words for part in (account.branch, account.account_name, "**** 0018", "2026-01-05"))
    assert "已经申请的退费仍退到申请时的账户" in words
    assert boxes(response)["closed_on"] == timezone.localdate().isoformat()


def test_a_closed_account_is_not_offered_for_refunds(client, resident, account):
    client.post(close_url(account), CLOSED)
    confirm(client)
    assert list(register.usable(resident.person)) == []
    assert rows(client) == []
    assert client.get(close_url(account)).status_code == 404


def test_a_closed_account_stays_in_grey_with_its_day_until_its_number_is_reported_again(client, resident, account):
    client.post(close_url(account), CLOSED)
    confirm(client)
    page = by_id(tree(client.get(URL)), "accounts")
    assert "已注销" in text(page)
    assert "注销日期 2026-02-01" in text(page)
    reported(resident)
    assert "已注销" not in text(by_id(tree(client.get(URL)), "accounts"))


def test_what_was_reported_before_is_listed_with_its_day_and_who_reported(client, resident, account):
    client.post(close_url(account), CLOSED)
    confirm(client)
    lines = find_all(by_id(tree(client.get(URL)), "past"), lambda tag, attrs: attrs.get("data-label") == "报告内容")
    assert [text(line) for line in lines] == [f"注销 {account.short}", f"新增 {account.short}"]


def test_an_account_is_offered_until_its_closing_is_submitted(client, resident, account):
    response = client.post(close_url(account), CLOSED, follow=True)
    assert "注销的账户已保存到本次报告，还没有提交" in text(response)
    assert list(register.usable(resident.person)) == [account]
    (row,) = rows(client)
    assert (row["操作类型"], row["注销日期"], row["备注"]) == ("注销 待提交", "2026-02-01", "卡丢了")


def test_whoever_only_closed_an_account_is_not_told_that_it_can_be_used(client, resident, account):
    client.post(close_url(account), CLOSED)
    words = text(confirm(client))
    assert "报告已提交，注销的账户不再用于退费" in words
    assert "现在就可以用于退费" not in words


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "请填写注销日期"),
        ("2026-01-04", "注销日期早于开户日期"),
        ("明天", "注销日期请按 2026-01-31 的样子填写"),
        ("9999-12-31", "注销日期应在 1949-10-01 到今天之间"),
        ("9" * 10_000, "注销日期请按"),
    ],
)
def test_a_closing_needs_its_day(client, resident, account, day, sentence):
    response = client.post(close_url(account), {**CLOSED, "closed_on": day})
    assert response.status_code == 422
    assert sentence in error_at(response, "closed_on")
    assert boxes(response)["remark"] == "卡丢了"
    assert text(find_all(tree(response), lambda tag, attrs: tag == "title")[0]).startswith("错误：")
    assert in_draft(resident) == []


@pytest.mark.parametrize(
    ("remark", "sentence"),
    [
        ("备" * 201, "备注不能超过 200 个字"),
        ("\0", "备注里有不能识别的字符"),
        ("换成6228480402564890018", "备注里不要写"),
    ],
)
def test_a_remark_is_judged_like_any(client, resident, account, remark, sentence):
    assert sentence in error_at(client.post(close_url(account), {**CLOSED, "remark": remark}), "remark")


@pytest.mark.parametrize("day", ["2026-01-05", "2026/1/5", "２０２６０１０５"])
def test_the_day_of_opening_is_early_enough(client, resident, account, day):
    assert client.post(close_url(account), {"closed_on": day}).status_code == 302


def test_a_closing_in_the_draft_can_be_modified(client, resident, account):
    client.post(close_url(account), CLOSED)
    (record,) = in_draft(resident)
    assert boxes(client.get(edit_url(record)))["closed_on"] == "2026-02-01"
    assert client.post(edit_url(record), {"closed_on": "2026-03-01"}).status_code == 302
    (after,) = in_draft(resident)
    assert (after.pk, str(after.closed_on), after.remark) == (record.pk, "2026-03-01", "")


def test_closing_twice_is_one_closing(client, resident, account):
    for _ in range(2):
        client.post(close_url(account), CLOSED)
    assert [record.operation for record in in_draft(resident)] == [Operation.CLOSE]


def test_a_closing_takes_the_place_of_a_change(client, resident, account):
    client.post(change_url(account), typed(resident, "", changed_on="2026-02-01", remark="换卡"))
    client.post(close_url(account), CLOSED)
    assert [record.operation for record in in_draft(resident)] == [Operation.CLOSE]


def test_a_closing_can_be_taken_back_before_it_is_submitted(client, resident, account):
    client.post(close_url(account), CLOSED)
    client.post(REMOVE, {"record": in_draft(resident)[0].pk})
    assert rows(client)[0]["操作类型"] == "新增 已提交，退费可用"
    assert list(register.usable(resident.person)) == [account]


def test_the_closing_keeps_what_the_account_was(client, resident, account):
    client.post(close_url(account), CLOSED)
    confirm(client)
    record = DepositAccountRecord.objects.get(operation=Operation.CLOSE)
    assert record.account_number.reveal("in a test") == ACCOUNT
    assert (record.branch, record.opened_on, record.takes_refund) == (account.branch, account.opened_on, True)
    assert (record.in_force, DepositAccountRecord.objects.get(pk=account.pk).in_force) == (False, False)


def test_a_village_closes_its_account_in_the_same_way(client, clerk):
    account = reported(clerk)
    client.post(close_url(account), CLOSED)
    confirm(client)
    assert in_force(clerk) == []


def test_the_dialog_and_the_page_are_the_same_form(client, resident, account):
    fragment = client.get(close_url(account), headers={"hx-request": "true", "hx-target": "dialog"})
    assert b"<html" not in fragment.content
    assert text(fragment) in text(client.get(close_url(account)))
    assert client.post(close_url(account), CLOSED, headers={"hx-request": "true"})["HX-Redirect"] == URL
