from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

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


@pytest.mark.parametrize(
    "good", ["Lower-and-upper", "lower-and-1234", "UPPER-AND-1234", "UpperLower1234", "Other@20261"]
)
def test_any_three_kinds_will_do(reviewer, good):
    assert passwords.problems(good, reviewer) == []


@pytest.mark.parametrize(
    ("password", "of"),
    [
        ("LiuXiulan-60", "用户名"),
        ("my-liuxiulan.9", "用户名"),
        ("Zhang-GuoPing!", "姓名"),
        ("Xy-19600315-Z", "出生日期"),
        ("Xy.600315.Zaa", "出生日期"),
        ("ab150007cdef", "证件号码"),
        ("tel-1234-5678", "手机号"),
    ],
)
def test_what_others_know_of_her_is_no_password(person, password, of):
    person.name = "张国平"
    user = UserFactory.build(resident=True, username="liuxiulan60", person=person)
    assert passwords.problems(password, user) == [f"密码里不要有自己的{of}，别人容易猜到。请换一个。"]


def test_a_chance_likeness_is_no_problem(person):
    person.name = "李一"
    assert passwords.problems("tulip-yard-1960", UserFactory.build(resident=True, username="li1", person=person)) == []


def test_staff_take_none_of_their_last_five_again_and_residents_may(client, resident, reviewer):
    used = [PASSWORD, *(f"Tulip-Yard-{n}" for n in range(5))]
    for user in (reviewer, resident):
        for one in used[1:]:
            passwords.change(user=user, password=one)
    assert passwords.problems(used[0], reviewer) == []
    for one in used[1:]:
        assert passwords.problems(one, reviewer) == ["这是最近 5 次用过的密码。请换一个。"]
        assert passwords.problems(one, resident) == []
    assert (reviewer.old_passwords.count(), resident.old_passwords.count()) == (5, 0)


def test_staff_change_it_after_ninety_days_and_residents_never_have_to(client, resident, reviewer, settings):
    settings.STAFF_PASSWORD_DAYS = 90
    for user, days in ((reviewer, 89), (resident, 900)):
        type(user).objects.filter(pk=user.pk).update(password_set_at=timezone.now() - timedelta(days=days))
        client.force_login(user)
        assert client.get("/tax-service/").status_code == 200
    type(reviewer).objects.filter(pk=reviewer.pk).update(password_set_at=timezone.now() - timedelta(days=91))
    client.force_login(reviewer)
    response = client.get("/tax-service/")
    assert response.url == "/accounts/password/?next=/tax-service/"
    assert "您的密码已用满规定的天数" in client.get(response.url).content.decode()
    assert change(client, next="/tax-service/").url == "/tax-service/"
    assert client.get("/tax-service/").status_code == 200
