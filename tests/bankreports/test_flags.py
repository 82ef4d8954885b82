"""The three marks of an account: at most one of each (domain.md B1), and what is filled in beforehand (I-24 I-33 I-40)."""

import pytest
from django.utils import timezone

from bankreports.codes import FLAGS
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, in_draft, in_force, reported, submit, typed
from tests.bankreports.reading import ADD, REMOVE, boxes, change_url, close_url, confirm, edit_url, error_at
from tests.pages import text

pytestmark = pytest.mark.django_db
FLAG = pytest.mark.parametrize("flag", FLAGS)


def marked(user) -> dict[str, str]:
    """Which account has which mark: flag → last four digits."""
    return {
        flag: account.account_number.reveal("in a test")[-4:]
        for account in in_force(user)
        for flag in FLAGS
        if getattr(account, flag)
    }


def changed(user, number="", **flags):
    return typed(user, number, changed_on="2026-02-01", **flags)


def test_a_resident_finds_the_usual_answers_filled_in(client, resident):
    today = timezone.localdate().isoformat()
    asked = boxes(client.get(ADD))
    assert asked["account_kind"] == "1120"
    assert [asked[flag] for flag in FLAGS] == ["1", "1", "0"]
    assert (asked["issued_on"], asked["opened_on"], asked["currency"]) == (today, today, "156")
    assert (asked["account_name"], asked["account_number"], asked["bank_class"]) == (resident.person.name, "", "")


def test_a_unit_finds_the_usual_answers_filled_in(client, clerk):
    asked = boxes(client.get(ADD))
    assert asked["account_kind"] == "1110"
    assert [asked[flag] for flag in FLAGS] == ["1", "1", "1"]
    assert asked["account_name"] == clerk.organisation.name


@pytest.mark.parametrize("how", [drafted, reported])
@FLAG
def test_a_mark_that_another_account_has_is_not_offered(client, clerk, how, flag):
    how(clerk, **{flag: True})
    asked = boxes(client.get(ADD))
    assert [asked[name] for name in FLAGS] == ["0" if name == flag else "1" for name in FLAGS]


def test_a_mark_is_free_again_once_its_account_is_to_be_closed(client, resident):
    account = reported(resident, takes_refund=True)
    client.post(close_url(account), {"closed_on": "2026-02-01"})
    assert boxes(client.get(ADD))["takes_refund"] == "1"
    assert client.post(ADD, typed(resident, OTHER_ACCOUNT, takes_refund="1")).status_code == 302
    submit(resident)
    assert marked(resident) == {"takes_refund": "0088"}


@pytest.mark.parametrize("how", [drafted, reported])
@FLAG
def test_of_each_mark_there_is_one(client, resident, how, flag):
    how(resident, **{flag: True})
    response = client.post(ADD, typed(resident, OTHER_ACCOUNT, **{flag: "1"}))
    assert response.status_code == 422
    words = error_at(response, flag)
    assert f"账户 中国农业银行 **** 0018 的{FLAGS[flag]}已经是“是”，只能有一个" in words
    assert "请选“否”，或先修改那个账户" in words


def test_an_account_may_have_all_marks_and_another_none(client, clerk):
    everything = dict.fromkeys(FLAGS, "1")
    assert client.post(ADD, typed(clerk, **everything)).status_code == 302
    assert client.post(ADD, typed(clerk, OTHER_ACCOUNT)).status_code == 302
    submit(clerk)
    assert marked(clerk) == dict.fromkeys(FLAGS, "0018")


@FLAG
def test_a_mark_moves_from_one_account_to_another_in_one_report(client, resident, flag):
    first = reported(resident, ACCOUNT, **{flag: True})
    second = reported(resident, OTHER_ACCOUNT)
    assert client.post(change_url(first), changed(resident, **{flag: "0"})).status_code == 302
    assert client.post(change_url(second), changed(resident, **{flag: "1"})).status_code == 302
    assert marked(resident) == {flag: "0018"}
    confirm(client)
    assert marked(resident) == {flag: "0088"}


def test_two_accounts_exchange_their_marks_in_one_report(client, resident):
    first = reported(resident, ACCOUNT, pays_tax=True)
    second = reported(resident, OTHER_ACCOUNT, takes_refund=True)
    client.post(change_url(first), changed(resident, remark="x"))
    client.post(change_url(second), changed(resident, pays_tax="1"))
    client.post(edit_url(in_draft(resident)[0]), changed(resident, takes_refund="1"))
    confirm(client)
    assert marked(resident) == {"pays_tax": "0088", "takes_refund": "0018"}


def test_a_mark_moves_to_a_new_account_in_one_report(client, resident):
    first = reported(resident, ACCOUNT, takes_refund=True)
    client.post(change_url(first), changed(resident))
    assert client.post(ADD, typed(resident, OTHER_ACCOUNT, takes_refund="1")).status_code == 302
    confirm(client)
    assert marked(resident) == {"takes_refund": "0088"}


def test_taking_the_first_half_of_an_exchange_out_is_said_before_anything_is_submitted(client, resident):
    first = reported(resident, ACCOUNT, takes_refund=True)
    second = reported(resident, OTHER_ACCOUNT)
    client.post(change_url(first), changed(resident))
    client.post(change_url(second), changed(resident, takes_refund="1"))
    client.post(REMOVE, {"record": in_draft(resident)[0].pk})
    words = text(confirm(client))
    assert "同一个账号或同一种账户标识已经有了。请返回修改后再提交" in words
    assert marked(resident) == {"takes_refund": "0018"}
    assert len(in_draft(resident)) == 1


def test_the_account_for_refunds_stands_first_among_those_to_choose_from(resident):
    reported(resident, OTHER_ACCOUNT)
    reported(resident, ACCOUNT, takes_refund=True)
    assert [account.account_number.reveal("in a test") for account in in_force(resident)] == [ACCOUNT, OTHER_ACCOUNT]


def test_the_marks_of_other_owners_do_not_count(client, resident, cast):
    everything = dict.fromkeys(FLAGS, True)
    reported(cast.stranger, OTHER_ACCOUNT, **everything)
    reported(cast.clerk, OTHER_ACCOUNT, **everything)
    assert client.post(ADD, typed(resident, **dict.fromkeys(FLAGS, "1"))).status_code == 302
