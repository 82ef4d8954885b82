"""账号: a doubtful card number is asked about once, and no number is reported twice."""

import pytest

from bankreports.models import DepositAccountReport
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, in_draft, in_force, reported, submit, typed
from tests.bankreports.reading import ADD, change_url, close_url, edit_url, error_at, summary
from tests.pages import by_id, text, tree

pytestmark = pytest.mark.django_db
DOUBTFUL = ACCOUNT[:-1] + "9"


def asks_to_check(response) -> bool:
    return by_id(tree(response), "id_number_checked") is not None


@pytest.mark.parametrize("number", [DOUBTFUL, "6228480402564891"])
def test_a_card_number_with_a_wrong_check_digit_is_asked_about_but_not_blocked(client, resident, number):
    response = client.post(ADD, typed(resident, number))
    assert response.status_code == 422
    assert "可能有一位输错了" in error_at(response, "account_number")
    assert asks_to_check(response)
    assert client.post(ADD, typed(resident, number, number_checked="on")).status_code == 302
    assert in_draft(resident)[0].account_number.reveal("in a test") == number


@pytest.mark.parametrize("number", [ACCOUNT, OTHER_ACCOUNT, "622848040256489001", "9" * 18 + "8"])
def test_nobody_is_asked_about_a_number_that_has_no_check_digit_or_the_right_one(client, resident, number):
    assert not asks_to_check(client.get(ADD))
    assert client.post(ADD, typed(resident, number)).status_code == 302


def test_the_box_does_not_count_for_another_mistake(client, resident):
    assert client.post(ADD, typed(resident, "12", number_checked="on")).status_code == 422


def test_a_number_that_was_confirmed_is_not_asked_about_again_when_something_else_is_edited(client, resident):
    client.post(ADD, typed(resident, DOUBTFUL, number_checked="on"))
    (record,) = in_draft(resident)
    response = client.post(edit_url(record), typed(resident, "", remark="农行卡"))
    assert response.status_code == 302, summary(response)
    assert in_draft(resident)[0].account_number.reveal("in a test") == DOUBTFUL


def test_a_number_that_was_confirmed_is_not_asked_about_again_when_the_account_changes(client, resident):
    account = reported(resident, DOUBTFUL)
    for number in ("", DOUBTFUL):
        data = typed(resident, number, remark="农行卡" + number[-1:], changed_on="2026-02-01")
        assert client.post(change_url(account), data).status_code == 302


def test_another_doubtful_number_is_asked_about_again(client, resident):
    client.post(ADD, typed(resident, DOUBTFUL, number_checked="on"))
    (record,) = in_draft(resident)
    assert asks_to_check(client.post(edit_url(record), typed(resident, ACCOUNT[:-1] + "7")))


@pytest.mark.parametrize("again", [ACCOUNT, "6228 4804 0256 4890 018", "６２２８４８０４０２５６４８９００１８"])
def test_a_number_in_the_draft_is_not_added_twice(client, resident, again):
    drafted(resident, ACCOUNT)
    response = client.post(ADD, typed(resident, again))
    assert response.status_code == 422
    assert "这个账号已经在报告里了" in error_at(response, "account_number")
    assert len(in_draft(resident)) == 1


def test_a_number_in_force_is_not_added_twice(client, resident):
    reported(resident, ACCOUNT)
    assert "这个账号已经在报告里了" in error_at(client.post(ADD, typed(resident)), "account_number")
    assert not DepositAccountReport.objects.filter(submitted_at=None).exists()


def test_no_account_takes_the_number_of_another(client, resident):
    reported(resident, OTHER_ACCOUNT)
    account = reported(resident, ACCOUNT)
    draft = drafted(resident, "95599000000000017")
    for url in (change_url(account), edit_url(draft)):
        data = typed(resident, OTHER_ACCOUNT, changed_on="2026-02-01")
        assert "这个账号已经在报告里了" in error_at(client.post(url, data), "account_number")


def test_an_account_keeps_its_own_number(client, resident):
    drafted(resident)
    (record,) = in_draft(resident)
    assert client.post(edit_url(record), typed(resident, ACCOUNT, remark="农行卡")).status_code == 302


def test_two_people_may_report_the_same_number(client, resident, cast):
    reported(cast.stranger, ACCOUNT)
    reported(cast.clerk, ACCOUNT)
    assert client.post(ADD, typed(resident)).status_code == 302
    submit(resident)
    assert [account.account_number.reveal("in a test") for account in in_force(resident)] == [ACCOUNT]


def test_a_closed_number_may_be_reported_again_at_once_and_later(client, resident):
    account = reported(resident)
    client.post(close_url(account), {"closed_on": "2026-02-01"})
    assert client.post(ADD, typed(resident)).status_code == 302
    submit(resident)
    (again,) = in_force(resident)
    assert again.account != account.account
    client.post(close_url(again), {"closed_on": "2026-02-01"})
    submit(resident)
    assert client.post(ADD, typed(resident)).status_code == 302
    submit(resident)
    assert len(in_force(resident)) == 1


def test_a_number_freed_by_a_change_may_be_reported_for_another_account(client, resident):
    account = reported(resident)
    client.post(change_url(account), typed(resident, OTHER_ACCOUNT, changed_on="2026-02-01"))
    assert client.post(ADD, typed(resident, ACCOUNT)).status_code == 302
    submit(resident)
    assert {record.account_number.reveal("in a test") for record in in_force(resident)} == {ACCOUNT, OTHER_ACCOUNT}


def test_a_number_that_was_confirmed_says_so_on_the_page_only_by_its_end(client, resident):
    drafted(resident)
    (record,) = in_draft(resident)
    words = text(client.get(edit_url(record)))
    assert "已保存 **** 0018，不修改可以留空" in words
