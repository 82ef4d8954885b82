"""忘记密码: by the same proof as the registration, and nobody else's password by it."""

import re

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts import sms
from accounts.models import SmsCode
from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PersonFactory, UserFactory
from tests.accounts.test_login import page, sign_in

pytestmark = pytest.mark.django_db
WHO = {"name": "刘秀兰", "id_type": "201", "id_number": NUMBER, "phone": PHONE}
FIRST, SECOND = "/accounts/forgotten/", "/accounts/forgotten/password/"
NEW = "tulip-yard-2027"


@pytest.fixture
def code(client, resident):
    """The code of a client that has proven who she is."""
    assert client.post(FIRST, WHO).url == SECOND
    return re.search(r"验证码是 (\d{6})", page(client.get(SECOND)))[1]


def test_she_sets_another_password_is_let_in_and_everybody_else_is_out(client, resident, code):
    thief = Client()
    thief.force_login(resident)
    before = client.session.session_key
    assert client.post(SECOND, {"code": code, "password": NEW}).url == "/"
    assert get_user(client) == resident
    assert client.session.session_key != before
    assert not get_user(thief).is_authenticated
    resident.refresh_from_db()
    assert resident.check_password(NEW)
    client.post("/accounts/logout/")
    assert client.post(SECOND, {"code": code, "password": "tulip-yard-2028"}).url == FIRST


def test_a_door_that_was_closed_by_guesses_is_open_again(client, resident, code):
    for _ in range(5):
        sign_in(client, NUMBER, "wrong")
    assert sign_in(client, NUMBER).status_code == 429
    client.post(SECOND, {"code": code, "password": NEW})
    client.post("/accounts/logout/")
    assert sign_in(client, NUMBER, NEW).status_code == 302


def test_wrong_codes_are_limited_and_a_code_of_another_purpose_is_none(client, resident, code):
    assert "还可以再试 4 次" in page(client.post(SECOND, {"code": "000000", "password": NEW}))
    SmsCode.objects.all().delete()
    other = re.search(r"验证码是 (\d{6})", sms.send(PHONE, "register"))[1]
    for _ in range(5):
        client.post(SECOND, {"code": other, "password": NEW})
    assert "已输错 5 次" in page(client.post(SECOND, {"code": other, "password": NEW}))
    resident.refresh_from_db()
    assert not resident.check_password(NEW)


def test_the_new_password_is_judged_like_any_other(client, resident, code):
    shown = page(client.post(SECOND, {"code": code, "password": "my-liuxiulan-1"}))
    assert shown.count("密码里不要有自己的用户名") == 2
    assert "my-liuxiulan-1" not in shown


def test_a_proof_for_registering_resets_nothing_and_the_other_way_round(client, person):
    client.post(reverse("accounts:register"), WHO | {"agree": "on"})
    UserFactory(person=person, username="liuxiulan")
    assert client.get(SECOND).url == FIRST


def test_strangers_are_counted_with_those_of_the_registration(client, resident):
    for n in range(3):
        assert client.post(FIRST, WHO | {"phone": f"1990000000{n}"}).status_code == 200
    client.post(reverse("accounts:register"), WHO | {"agree": "on", "name": "刘秀芳"})
    assert client.post(FIRST, WHO | {"name": "刘秀芳"}).status_code == 429
    assert client.post(FIRST, WHO).status_code == 429


def test_who_has_no_account_is_led_to_the_registration_and_staff_to_their_administrator(client, person):
    UserFactory(person=person, clerk=True)
    shown = page(client.post(FIRST, WHO))
    assert "还没有注册" in shown
    assert reverse("accounts:register") in shown.split("<main")[1]
    assert "请单位的系统管理员重置" in page(client.get(FIRST))
    assert SmsCode.objects.count() == 0


def test_a_disabled_account_is_not_opened_by_it(client, person):
    UserFactory(person=person, is_active=False)
    assert "这个账号已停用" in page(client.post(FIRST, WHO))


def test_a_neighbour_on_the_same_phone_resets_her_own_only(client, resident):
    neighbour = UserFactory(person=PersonFactory(name="李四", phone=PHONE))
    who = WHO | {"name": "李四", "id_number": neighbour.person.id_number.reveal("in a test")}
    client.post(FIRST, who)
    code = re.search(r"验证码是 (\d{6})", page(client.get(SECOND)))[1]
    client.post(SECOND, {"code": code, "password": NEW})
    resident.refresh_from_db()
    assert get_user(client) == neighbour
    assert not resident.check_password(NEW)
