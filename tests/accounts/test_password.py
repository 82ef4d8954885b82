import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts import passwords
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "Xin-mima-2026"


def change(client, old=PASSWORD, new=NEW, **more):
    return client.post(reverse("accounts:password"), {"old": old, "new": new} | more)


def test_a_new_password_keeps_this_session_and_ends_the_others(client, resident):
    elsewhere = Client()
    elsewhere.force_login(resident)
    client.force_login(resident)
    before = client.session.session_key
    assert change(client).url == "/"
    assert client.session.session_key != before
    assert get_user(client) == resident
    assert not get_user(elsewhere).is_authenticated
    resident.refresh_from_db()
    assert resident.check_password(NEW)


def test_the_initial_password_is_done_with_and_the_way_goes_on(client, db):
    clerk = UserFactory(clerk=True, must_change_password=True)
    client.force_login(clerk)
    assert change(client, next="/tax-service/").url == "/tax-service/"
    clerk.refresh_from_db()
    assert clerk.must_change_password is False


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "something-else"}, "原密码不对。请重新输入。"),
        ({"old": ""}, "请输入原密码。"),
        ({"new": ""}, "请输入新密码。"),
        ({"new": PASSWORD}, "新密码和原密码一样。请换一个。"),
        ({"new": "a-b-c"}, "密码太短。请改为至少 10 位。"),
        ({"new": "x" * 129}, "新密码最多 128 位。请改短一些。"),
    ],
)
def test_each_refusal_says_what_to_do_and_repeats_no_password(client, resident, typed, sentence):
    client.force_login(resident)
    shown = change(client, **typed).content.decode()
    assert shown.count(sentence) == 2
    for secret in (typed.get("new"), PASSWORD, NEW):
        assert not secret or f'value="{secret}"' not in shown


def test_five_wrong_old_passwords_stop_the_guessing(client, resident):
    client.force_login(resident)
    for _ in range(4):
        assert change(client, old="wrong").status_code == 200
    assert change(client, old="wrong").status_code == 429
    assert change(client).status_code == 429


@pytest.mark.parametrize("weak", ["lower-case-only", "alllowercase1", "ALLUPPERCASE1", "12345-67890"])
def test_staff_need_three_of_four_kinds_of_characters(reviewer, resident, weak):
    assert any("至少三类" in problem for problem in passwords.problems(weak, reviewer))
    assert not any("至少三类" in problem for problem in passwords.problems(weak, resident))


@pytest.mark.parametrize("good", ["Lower-and-upper", "lower-and-1234", "UPPER-AND-1234", "UpperLower1234", PASSWORD])
def test_any_three_kinds_will_do(reviewer, good):
    assert passwords.problems(good, reviewer) == []
