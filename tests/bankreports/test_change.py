"""变更 and 修改 (M2-10, I-41): what an account is stays as it was until the change is submitted."""

from datetime import date

import pytest
from django.utils import timezone

from bankreports import register
from bankreports.codes import Operation
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, in_draft, in_force, reported, submit, typed
from tests.bankreports.reading import URL, boxes, change_url, close_url, confirm, edit_url, error_at, rows, summary
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(resident):
    return reported(resident, division_id="420704")


def changed(user, number="", **changes):
    return typed(user, number, **{"changed_on": "2026-02-01", "remark": "换卡", **changes})


def test_the_form_shows_the_account_as_it_is_without_its_number_and_today_as_the_day(client, resident, account):
    asked = boxes(client.get(change_url(account)))
    expected = typed(resident, "", changed_on=timezone.localdate().isoformat())
    assert {name: asked[name] for name in expected} == expected


def test_a_change_stays_in_the_draft_until_it_is_submitted(client, resident, account):
    data = changed(resident, OTHER_ACCOUNT, branch="中国农业银行汉川支行")
    response = client.post(change_url(account), data, follow=True)
    assert "变更的账户已保存到本次报告，还没有提交" in text(response)
    (now,) = register.usable(resident.person)
    assert (now, now.account_number.reveal("in a test"), now.branch) == (account, ACCOUNT, account.branch)
    confirm(client)
    (now,) = register.usable(resident.person)
    assert (now.account, now.operation, now.changed_on) == (account.account, Operation.CHANGE, date(2026, 2, 1))
    assert (now.account_number.reveal("in a test"), now.branch) == (OTHER_ACCOUNT, "中国农业银行汉川支行")


def test_the_page_shows_the_change_in_place_of_the_account(client, resident, account):
    client.post(change_url(account), changed(resident))
    (row,) = rows(client)
    assert (row["操作类型"], row["变更日期"], row["备注"]) == ("变更 待提交", "2026-02-01", "换卡")


def test_an_empty_box_keeps_the_number(client, resident, account):
    client.post(change_url(account), changed(resident))
    (record,) = in_draft(resident)
    assert record.account_number.reveal("in a test") == ACCOUNT
    client.post(edit_url(record), changed(resident, OTHER_ACCOUNT))
    client.post(edit_url(record), changed(resident, "　", remark="又改"))
    (record,) = in_draft(resident)
    assert (record.account_number.reveal("in a test"), record.remark) == (OTHER_ACCOUNT, "又改")


def test_a_new_number_is_judged_like_any(client, resident, account):
    assert "8 到 30 位数字" in error_at(client.post(change_url(account), changed(resident, "12")), "account_number")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "请填写变更日期"),
        ("2026-01-04", "变更日期早于开户日期"),
        ("昨天", "变更日期请按 2026-01-31 的样子填写"),
        ("9999-12-31", "变更日期应在 1949-10-01 到今天之间"),
        ("2\0", "变更日期请按"),
    ],
)
def test_a_change_needs_its_day(client, resident, account, day, sentence):
    response = client.post(change_url(account), changed(resident, changed_on=day))
    assert response.status_code == 422
    assert sentence in error_at(response, "changed_on")
    assert boxes(response)["remark"] == "换卡"
    assert in_draft(resident) == []


def test_the_day_of_opening_is_early_enough(client, resident, account):
    assert client.post(change_url(account), changed(resident, changed_on="2026-01-05")).status_code == 302


@pytest.mark.parametrize("number", ["", ACCOUNT, "6228 4804 0256 4890 018"])
def test_nothing_changed_is_said_and_not_stored(client, resident, account, number):
    response = client.post(change_url(account), typed(resident, number, changed_on="2026-02-01"))
    assert response.status_code == 422
    assert "还没有改动任何内容。请修改后再保存，不需要变更的可以返回" in summary(response)
    assert in_draft(resident) == []


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("account_kind", "1200"), ("certificate_number", "J1"), ("issued_on", "2026-01-06"), ("division", "420703"),
        ("branch", "中国农业银行汉川支行"), ("account_number", OTHER_ACCOUNT), ("takes_refund", "1"),
        ("opened_on", "2026-01-04"), ("remark", "换卡"),
    ],
)  # fmt: skip
def test_each_answer_alone_is_a_change(client, resident, account, field, new):
    data = typed(resident, **{"account_number": "", "changed_on": "2026-02-01", field: new})
    assert client.post(change_url(account), data).status_code == 302


def test_a_change_taken_back_by_hand_is_nothing_changed(client, resident, account):
    client.post(change_url(account), changed(resident))
    (record,) = in_draft(resident)
    response = client.post(edit_url(record), changed(resident, remark=""))
    assert "还没有改动任何内容" in summary(response)
    assert in_draft(resident)[0].remark == "换卡"


def test_pressing_change_again_goes_on_with_the_change_in_the_draft(client, resident, account):
    client.post(change_url(account), changed(resident))
    (record,) = in_draft(resident)
    assert client.get(change_url(account), follow=True).redirect_chain == [(edit_url(record), 302)]


def test_a_second_tab_loses_nothing_that_was_typed_in_it(client, resident, account):
    client.get(change_url(account))
    client.post(change_url(account), changed(resident, remark="第一个窗口"))
    response = client.post(change_url(account), changed(resident, remark="第二个窗口"), follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert [record.remark for record in in_draft(resident)] == ["第二个窗口"]


def test_a_change_in_place_of_a_closing_is_the_only_record_of_its_account(client, resident, account):
    client.post(close_url(account), {"closed_on": "2026-02-01"})
    client.post(change_url(account), changed(resident))
    assert [record.operation for record in in_draft(resident)] == [Operation.CHANGE]


def test_an_account_can_be_changed_again_and_again(client, resident, account):
    for remark in ("一", "二", "三"):
        client.post(change_url(account), changed(resident, remark=remark))
        confirm(client)
    (now,) = in_force(resident)
    assert (now.account, now.remark) == (account.account, "三")
    assert client.post(change_url(account), changed(resident, remark="三")).status_code == 422


def test_a_saved_account_is_modified_without_a_day_of_change(client, resident):
    record = drafted(resident)
    asked = boxes(client.get(edit_url(record)))
    assert "changed_on" not in asked
    assert client.post(edit_url(record), typed(resident, "", remark="农行卡")).status_code == 302
    (after,) = in_draft(resident)
    assert (after.pk, after.operation, after.remark, after.changed_on) == (record.pk, "add", "农行卡", None)


def test_saving_a_new_account_unchanged_is_no_mistake(client, resident):
    record = drafted(resident, division_id="420704")
    assert client.post(edit_url(record), typed(resident, "")).status_code == 302


def test_after_a_wrong_answer_the_kept_number_is_still_not_on_the_page(client, resident, account):
    response = client.post(change_url(account), changed(resident, branch=""))
    assert response.status_code == 422
    assert boxes(response)["account_number"] == ""
    assert "已保存 **** 0018" in text(response)


def test_a_change_of_an_account_that_was_closed_meanwhile_does_not_bring_it_back(client, resident, account):
    client.get(change_url(account))
    client.post(close_url(account), {"closed_on": "2026-02-01"})
    submit(resident)
    assert client.post(change_url(account), changed(resident)).status_code == 404
    assert in_force(resident) == []
