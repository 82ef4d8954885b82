"""Guessing passwords: at one account by all its names, at many from one address, at one from many."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PersonFactory, UserFactory
from tests.accounts.test_login import page, sign_in, signed_in

pytestmark = pytest.mark.django_db


def wrong(client, account, times=1, **more):
    """The last answer of several wrong tries."""
    return [sign_in(client, account, "wrong", **more) for _ in range(times)][-1]


def at(address):
    return Client(REMOTE_ADDR=address)


def test_the_fifth_wrong_password_locks_whatever_of_the_account_was_typed_at_whichever_door(client, resident):
    for typed, door in (("liuxiulan", "natural"), (NUMBER, "natural"), (PHONE, "natural"), ("LIUXIULAN", "tax")):
        assert wrong(client, typed, door=door).status_code == 200
    response = wrong(client, f"{NUMBER[:6]} {NUMBER[6:]}")
    shown = page(response)
    assert response.status_code == 429
    assert shown.count("连续 5 次输入不对，为了安全已暂停。还要等 30 分钟。") == 2
    assert "凭姓名、证件和短信验证码重设" in shown
    assert f'value="{NUMBER[:6]} {NUMBER[6:]}"' in shown
    for typed in ("liuxiulan", NUMBER, PHONE):
        assert sign_in(client, typed).status_code == 429
    assert not signed_in(client)


def test_a_name_that_nobody_has_locks_alike_at_every_door(client, db):
    assert wrong(client, "nobody", times=5).status_code == 429
    assert sign_in(client, "nobody", door="tax").status_code == 429


def test_the_lock_reaches_neither_another_address_nor_another_account_and_staff_ask_the_administrator(client, reviewer):
    wrong(client, "someone", times=5)
    assert "请单位的系统管理员重置" in page(wrong(client, "shenhe1", times=5, door="tax"))
    assert sign_in(at("10.0.0.9"), "shenhe1", door="tax").status_code == 302


def test_the_lock_says_what_is_left_of_half_an_hour_and_ends_even_if_somebody_keeps_trying(client, resident):
    wrong(client, NUMBER, times=7)
    attempt = AccessAttempt.objects.get()
    assert attempt.failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=21))
    assert "还要等 9 分钟" in page(sign_in(client, NUMBER))
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=31))
    assert sign_in(client, NUMBER).status_code == 302


def test_whoever_shares_the_phone_does_not_wipe_out_what_she_guessed_about_the_other(client, resident):
    UserFactory(person=PersonFactory(phone=PHONE), password="Erzi-de-2026", username="son")
    wrong(client, PHONE, times=4)
    assert sign_in(client, "son", "Erzi-de-2026").status_code == 302
    client.logout()
    assert wrong(client, PHONE).status_code == 429
    assert sign_in(client, "liuxiulan").status_code == 429


def test_one_password_over_many_accounts_closes_the_address_but_not_for_who_signed_in_there_before(client, settings):
    settings.SIGN_IN_ACCOUNTS_PER_ADDRESS = 3
    UserFactory(username="of_the_village", clerk=True)
    UserFactory(username="newcomer")
    office = Client()
    sign_in(office, "of_the_village")
    office.post("/accounts/logout/")
    for name in ("aaaa", "bbbb"):
        assert wrong(client, name).status_code == 200
    response = wrong(client, "cccc")
    assert response.status_code == 429
    assert "从您的网络登录不成功的账号太多" in page(response)
    assert "换一个网络再试" in page(response)
    assert sign_in(client, "newcomer").status_code == 429
    assert sign_in(at("10.0.0.9"), "newcomer").status_code == 302
    assert sign_in(office, "of_the_village").status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert sign_in(client, "newcomer").status_code == 302


def test_a_village_office_that_mistypes_and_then_gets_in_is_never_closed(client, settings):
    settings.SIGN_IN_ACCOUNTS_PER_ADDRESS = 3
    for n in range(5):
        UserFactory(username=f"clerk{n}", clerk=True)
        wrong(client, f"clerk{n}", times=3)
        assert sign_in(client, f"clerk{n}").status_code == 302
        client.logout()


def test_one_account_guessed_at_from_many_addresses_is_closed_to_strangers_and_open_to_its_own_browser(
    client, resident, settings
):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 8
    own = at("10.0.0.9")
    sign_in(own, "liuxiulan")
    own.post("/accounts/logout/")
    wrong(at("10.0.0.1"), "liuxiulan", times=4)
    response = wrong(at("10.0.0.2"), NUMBER, times=4)
    assert response.status_code == 429
    assert "近半小时这个账号输错的次数太多" in page(response)
    assert sign_in(at("10.0.0.3"), "liuxiulan").status_code == 429
    assert sign_in(own, "liuxiulan").status_code == 302
    assert get_user(own) == resident


@pytest.mark.parametrize("forged", ["", "x", "WyJhIl0:1:x"])
def test_nobody_makes_her_browser_known_by_a_cookie_of_her_own(client, resident, settings, forged):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 5
    client.cookies["known"] = forged
    assert wrong(client, "liuxiulan", times=5).status_code == 429
    client.defaults["REMOTE_ADDR"] = "10.0.0.3"
    assert sign_in(client, "liuxiulan").status_code == 429
